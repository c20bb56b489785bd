"""Elastic Beanstalk's operations that change environments."""

from datetime import UTC, datetime
from typing import Any

from standins.aws.elasticbeanstalk import deployment, instance, permissions, records, stacks, templates
from standins.aws.elasticbeanstalk.environment import Environment
from standins.aws.wire import AwsError, Request

_CONFIGURATION = ("OptionSettings", "OptionsToRemove", "TemplateName")


def create_environment(request: Request) -> dict[str, Any]:
    """Launch a new environment; it is Launching when this returns."""
    environment = new_environment(request)
    deployment.launch(environment)
    return environment.describe()


def new_environment(request: Request) -> Environment:
    """Check everything that AWS checks before it launches anything, and note the environment."""
    application = records.application(request["ApplicationName"]).name
    name, label = request.get("EnvironmentName", ""), request.get("VersionLabel", "")
    if any(name == other.name and other.status != "Terminated" for other in records.environments.values()):
        raise AwsError("InvalidParameterValue", f"Environment {name} already exists.")
    if label:
        records.version(application, label)
    stack, options = templates.configured(request)
    stacks.check(stack)
    environment = Environment(
        application,
        name,
        stack,
        instance.port_for(name),
        options,
        request.get("Description", ""),
        label,
    )
    permissions.check(environment)
    records.environments[environment.id] = environment
    return environment


def update_environment(request: Request) -> dict[str, Any]:
    """Deploy another version or other settings; it is Updating when this returns."""
    environment = records.environment(request)
    _must_be_ready(environment)
    if request.get("VersionLabel") and any(request.get(name) for name in _CONFIGURATION):
        reason = "Updating both the release and the configuration of an environment is not allowed."
        raise AwsError("InvalidParameterCombination", reason)
    label = request.get("VersionLabel") or environment.version
    version = records.version(environment.application, label) if label else None
    permissions.check_caller(environment, version)
    if "SolutionStackName" in request:
        stacks.check(request["SolutionStackName"])
    if "TemplateName" in request:
        environment.options |= records.template(environment.application, request["TemplateName"]).options
    environment.options |= templates.options(request)
    environment.description = request.get("Description", environment.description)
    environment.updated = datetime.now(UTC)
    deployment.update(environment, label)
    return environment.describe()


def rebuild_environment(request: Request) -> None:
    """Make everything of an environment anew, its load balancer among it; it is Updating when this returns."""
    environment = records.environment(request)
    _must_be_ready(environment)
    deployment.rebuild(environment)


def terminate_environment(request: Request) -> dict[str, Any]:
    """End an environment; it is Terminating when this returns."""
    environment = records.environment(request)
    deployment.terminate(environment)
    return environment.describe()


def abort_environment_update(request: Request) -> None:
    """Give up the update in progress; the environment still expects the version before."""
    environment = records.environment(request)
    if environment.status != "Updating":
        reason = f"{environment.name} is in an invalid state for this operation. Must be Updating."
        raise AwsError("InvalidParameterValue", reason)
    environment.aborted.set()


def _must_be_ready(environment: Environment) -> None:
    if environment.status != "Ready":
        reason = f"Environment named {environment.name} is in an invalid state for this operation. Must be Ready."
        raise AwsError("InvalidParameterValue", reason)
