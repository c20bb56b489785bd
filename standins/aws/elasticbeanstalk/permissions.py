"""The two roles of an environment: that of Beanstalk itself and that of its instances."""

from ministack.services import iam

from standins.aws import registry, roles
from standins.aws.elasticbeanstalk.environment import Environment
from standins.aws.wire import AwsError

_PROFILE = ("aws:autoscaling:launchconfiguration", "IamInstanceProfile")
_SERVICE = ("aws:elasticbeanstalk:environment", "ServiceRole")


def instance_session(environment: Environment) -> roles.RoleSession:
    """The credentials a program on the environment's instance gets from its instance profile."""
    return roles.session(_profile_role(environment), "ec2.amazonaws.com", environment.id)


def check(environment: Environment) -> None:
    """Refuse an environment whose instance profile or service role is missing or does not trust AWS."""
    instance_session(environment)
    given = environment.options.get(_SERVICE, "aws-elasticbeanstalk-service-role")
    arn = given if given.startswith("arn:") else f"arn:aws:iam::{registry.account()}:role/{given}"
    try:
        roles.session(arn, "elasticbeanstalk.amazonaws.com", environment.id)
    except AwsError as error:
        raise _invalid(_SERVICE, given, error.message) from error


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
