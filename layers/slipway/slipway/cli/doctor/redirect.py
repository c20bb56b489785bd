"""Whether production redirects HTTP to HTTPS: the rule goes with a load balancer that Elastic Beanstalk replaces."""

from __future__ import annotations

from collections.abc import Iterator

import boto3

from slipway.adapters.load_balancers import plain_listener
from slipway.cli.doctor.finding import Finding, ok, problem
from slipway.cli.doctor.stack import Stack

# The stack's own rule has priority 1.
MEND = (
    "aws elbv2 create-rule --listener-arn {listener} --priority 2 --conditions Field=path-pattern,Values='*' "
    "--actions 'Type=redirect,RedirectConfig={{Protocol=HTTPS,Port=443,StatusCode=HTTP_301}}'"
)


def redirect(session: boto3.Session, stack: Stack) -> Iterator[Finding]:
    """Yield a finding, if production has a certificate: whether its load balancer redirects what comes by HTTP."""
    if not stack.parameters.get("CertificateArn"):
        return
    application = stack.outputs["PipelineName"]
    found = session.client("elasticbeanstalk").describe_environments(
        ApplicationName=application, EnvironmentNames=[f"{application}-production"], IncludeDeleted=False
    )["Environments"]
    balancing = session.client("elbv2")
    try:
        listener = plain_listener(found[0]["EndpointURL"] if found else "", balancing)
    except LookupError as error:
        yield problem("https", f"HTTP is not redirected: {error}", "See to the environment first.")
        return
    rules = balancing.describe_rules(ListenerArn=listener)["Rules"]
    if any(action.get("RedirectConfig", {}).get("Protocol") == "HTTPS" for rule in rules for action in rule["Actions"]):
        yield ok("https", "HTTP is redirected to HTTPS")
        return
    sentence = "Production answers HTTP without a redirect, as after Elastic Beanstalk has rebuilt it."
    yield problem("https", sentence, MEND.format(listener=listener))
