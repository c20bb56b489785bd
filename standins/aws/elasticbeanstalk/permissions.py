"""Who may do what to an environment: Beanstalk itself, its instances, and the caller in whose name it is updated."""

from collections.abc import Iterator

from ministack.services import iam

from standins.aws import caller, registry, roles
from standins.aws.elasticbeanstalk.caller_calls import Call, Deployment, calls
from standins.aws.elasticbeanstalk.environment import Environment
from standins.aws.elasticbeanstalk.records import Version
from standins.aws.wire import AwsError

# As the messages of failed deployments spell them.
SERVICES = {
    "autoscaling": "AutoScaling",
    "cloudformation": "CloudFormation",
    "cloudwatch": "CloudWatch",
    "ec2": "EC2",
    "elasticloadbalancing": "ElasticLoadBalancing",
    "iam": "IdentityManagement",
    "logs": "CloudWatchLogs",
    "s3": "S3",
}
_PROFILE = ("aws:autoscaling:launchconfiguration", "IamInstanceProfile")
_SERVICE = ("aws:elasticbeanstalk:environment", "ServiceRole")


def instance_session(environment: Environment) -> roles.RoleSession:
    """The credentials a program on the environment's instance gets from its instance profile."""
    return roles.session(_profile_role(environment), "ec2.amazonaws.com", environment.id)


def check(environment: Environment) -> None:
    """Refuse an environment whose instance profile or service role is missing or does not trust AWS."""
    instance_session(environment)
    try:
        roles.session(_service_role(environment), "elasticbeanstalk.amazonaws.com", environment.id)
    except AwsError as error:
        raise _invalid(
            _SERVICE, environment.options.get(_SERVICE, _service_role(environment)), error.message
        ) from error


def check_caller(environment: Environment, version: Version | None) -> None:
    """Refuse an update whose caller lacks what AWS does in its name at once."""
    for call in _calls(environment, version):
        if call.at_request and caller.denial(call.action, call.resource, call.context):
            service = call.action.partition(":")[0].upper()
            reason = f"You do not have permission to perform the '{call.action}' action. "
            advice = f"Verify that your {service} policies and your ACLs allow you to perform these actions."
            raise AwsError("InsufficientPrivilegesException", reason + advice, 403)


def denied_deployment(environment: Environment, version: Version | None) -> str:
    """Return why a deployment in the caller's name fails for want of a permission, and nothing if it does not."""
    for call in _calls(environment, version):
        if not call.at_request and (reason := caller.denial(call.action, call.resource, call.context)):
            return f"Service:Amazon{SERVICES[call.action.partition(':')[0]]}, Message:{reason}"
    return ""


def _calls(environment: Environment, version: Version | None) -> Iterator[Call]:
    if version is None:
        return iter(())  # the sample page is Beanstalk's own
    options = environment.options
    deployment = Deployment(
        options.get(("aws:elasticbeanstalk:command", "DeploymentPolicy"), "AllAtOnce"),
        options.get(("aws:elasticbeanstalk:environment", "EnvironmentType")) != "SingleInstance",
        options.get(("aws:elasticbeanstalk:cloudwatch:logs", "StreamLogs")) == "true",
    )
    return calls(deployment, _names(environment, version))


def _names(environment: Environment, version: Version) -> dict[str, str]:
    return {
        "region": registry.region(),
        "account": registry.account(),
        "id": environment.id,
        "name": environment.name,
        "application": environment.application,
        "version": environment.version,
        "bundle": f"{version.bucket}/{version.key}",
        "service_role": _service_role(environment),
        "instance_role": _profile_role(environment),
    }


def _service_role(environment: Environment) -> str:
    given = environment.options.get(_SERVICE, "aws-elasticbeanstalk-service-role")
    return given if given.startswith("arn:") else f"arn:aws:iam::{registry.account()}:role/{given}"


def _profile_role(environment: Environment) -> str:
    given = environment.options.get(_PROFILE, "aws-elasticbeanstalk-ec2-role")
    profile = iam._instance_profiles.get_scoped(registry.account(), None, given.rpartition("/")[2])
    if not profile or not profile["Roles"]:
        raise _invalid(_PROFILE, given, f"The instance profile {given} does not exist, or has no role.")
    role = iam._roles.get_scoped(registry.account(), None, profile["Roles"][0])
    return str(role["Arn"])


def _invalid(option: tuple[str, str], value: str, reason: str) -> AwsError:
    place = f"(Namespace: '{option[0]}', OptionName: '{option[1]}')"
    message = f"Configuration validation exception: Invalid option value: '{value}' {place}: {reason}"
    return AwsError("ConfigurationValidationException", message, 400)
