"""The listeners of an environment's load balancer: what AWS refuses, and what Elastic Load Balancing knows of them."""

# MiniStack is pinned, and has no public door for what is done here.

from functools import partial
from typing import Any

from ministack.services import alb

from standins.aws import certificates
from standins.aws.elasticbeanstalk.balancer import Front, rules_of, tls
from standins.aws.elasticbeanstalk.environment import Environment
from standins.docker.containers import free_port

NAMESPACE = "aws:elbv2:listener:"
SECURE = f"{NAMESPACE}443"
FAILED = "Creating Load Balancer listener failed Reason: {} (Service: AmazonElasticLoadBalancingV2; Status Code: 400)"


def is_secure(environment: Environment) -> bool:
    """Whether the environment speaks HTTPS."""
    return _settings(environment, SECURE).get("Protocol") == "HTTPS"


def refusal(environment: Environment) -> str:
    """Why its load balancer cannot have these listeners; empty if it can."""
    for space in {space for space, _ in environment.options if space.startswith(NAMESPACE)}:
        settings = _settings(environment, space)
        if settings.get("Protocol") == "HTTPS" and (why := _wrong(settings)):
            return FAILED.format(why)
    return ""


def open_fronts(environment: Environment) -> None:
    """Put the load balancer in front of the instance, if the environment speaks HTTPS, and take away what was there."""
    secure_port = environment.fronts[1].server_address[1] if environment.fronts else 0
    _close(environment)
    environment.own_port = 0
    if not is_secure(environment):
        return
    _describe(environment)
    environment.own_port = free_port()
    context = tls(certificates.key_pair(_certificate(environment)))
    for port, listener, speaking in ((environment.port, 80, None), (secure_port, 443, context)):
        answer = rules_of(partial(_rules, environment, listener))
        environment.fronts.append(Front(port, environment.own_port, answer, speaking))
    # AWS's load balancer is at 443 of the same address, which an ordinary user of this machine may not have.
    environment.note(f"The load balancer speaks TLS at 127.0.0.1:{environment.fronts[1].server_address[1]}.")


def _certificate(environment: Environment) -> str:
    return _arns(_settings(environment, SECURE))[0]


def _rules(environment: Environment, port: int) -> list[dict[str, Any]]:
    """The rules of the listener on a port."""
    found = _balancer(environment)
    listeners = {arn for arn, one in alb._listeners.items() if (one["LoadBalancerArn"], one["Port"]) == (found, port)}
    return [rule for rule in alb._rules.values() if rule["ListenerArn"] in listeners]


def _close(environment: Environment) -> None:
    while environment.fronts:
        environment.fronts.pop().close()


def _describe(environment: Environment) -> None:
    """Let Elastic Load Balancing know the load balancer, whose name is where it listens, and its two listeners."""
    if _balancer(environment):
        return
    name = f"awseb-{environment.id}"
    alb._create_lb({"Name": name})
    found = alb._find_lb_by_name(name)
    found["DNSName"] = environment.endpoint
    place, forward = {"LoadBalancerArn": found["LoadBalancerArn"]}, {"DefaultActions.member.1.Type": "forward"}
    alb._create_listener({**place, "Port": "80", "Protocol": "HTTP"} | forward)
    secure = {"Port": "443", "Protocol": "HTTPS", "SslPolicy": _settings(environment, SECURE).get("SSLPolicy", "")}
    alb._create_listener(place | secure | forward | {"Certificates.member.1.CertificateArn": _certificate(environment)})


def forget(environment: Environment) -> None:
    """Delete the load balancer with its listeners and their rules."""
    _close(environment)
    if found := _balancer(environment):
        for listener in [arn for arn, one in alb._listeners.items() if one["LoadBalancerArn"] == found]:
            alb._delete_listener({"ListenerArn": listener})
        alb._delete_lb({"LoadBalancerArn": found})


def _balancer(environment: Environment) -> str:
    """The ARN of its load balancer; empty without one."""
    found = alb._find_lb_by_name(f"awseb-{environment.id}")
    return found["LoadBalancerArn"] if found else ""


def _settings(environment: Environment, space: str) -> dict[str, str]:
    """A listener's settings; none of one that is off."""
    found = {name: value for (named, name), value in environment.options.items() if named == space}
    return {} if found.get("ListenerEnabled") == "false" else found


def _arns(settings: dict[str, str]) -> list[str]:
    return [arn.strip() for arn in settings.get("SSLCertificateArns", "").split(",") if arn.strip()]


def _wrong(settings: dict[str, str]) -> str:
    """What is wrong with an HTTPS listener, in the words of Elastic Load Balancing."""
    if not _arns(settings):
        return "A certificate must be specified for HTTPS listeners"
    if settings.get("SSLPolicy") == "":
        return "An SSL policy must be specified for HTTPS listeners"
    for arn in _arns(settings):
        status = certificates.status(arn)
        if not status:
            return f"Certificate '{arn}' not found"
        if status != "ISSUED":
            # What it says of one that waits for its validation, too.
            names = "a fully-qualified domain name, a supported signature, and a supported key size"
            return f"The certificate '{arn}' must have {names}."
    return ""
