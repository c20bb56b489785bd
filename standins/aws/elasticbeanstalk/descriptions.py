"""Elastic Beanstalk's operations that describe environments."""

from datetime import UTC, datetime
from typing import Any

from standins.aws.elasticbeanstalk import deployment, history, records, stacks
from standins.aws.elasticbeanstalk.environment import Environment
from standins.aws.wire import Request

_LONGEST_CAUSE = 255
_SEVERITIES = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
_INSTANCE_HEALTH = ("NoData", "Unknown", "Pending", "Ok", "Info", "Warning", "Degraded", "Severe")


def describe_environments(request: Request) -> dict[str, Any]:
    """The environments that match; terminated ones only if asked for."""
    found = [environment for environment in records.environments.values() if _matches(environment, request)]
    for environment in found:
        deployment.notice_end(environment)
    return {"Environments": [environment.describe() for environment in found]}


def describe_environment_health(request: Request) -> dict[str, Any]:
    """Colour, causes and the one instance's health; no Status, to which AWS gives values its own model forbids."""
    environment = records.environment(request)
    deployment.notice_end(environment)
    return {
        "EnvironmentName": environment.name,
        "HealthStatus": environment.health,
        "Color": environment.color,
        "Causes": [cause[:_LONGEST_CAUSE] for cause in environment.causes],
        "InstancesHealth": {environment.health: 1} if environment.health in _INSTANCE_HEALTH else {"NoData": 1},
        "RefreshedAt": datetime.now(UTC),
    }


def describe_events(request: Request) -> dict[str, Any]:
    """The events that match, the newest first."""
    lowest = _SEVERITIES.index(request.get("Severity", "TRACE"))
    start, end = request.get("StartTime"), request.get("EndTime")
    found = [
        event
        for event in history.all_events()
        if request.get("ApplicationName") in (None, event.application)
        and request.get("EnvironmentName") in (None, event.environment)
        and request.get("VersionLabel") in (None, event.version)
        and _SEVERITIES.index(event.severity) >= lowest
        and (start is None or event.date >= _aware(start))
        and (end is None or event.date < _aware(end))
    ]
    return {"Events": [event.describe() for event in found[: request.get("MaxRecords", 1000)]]}


def describe_configuration_settings(request: Request) -> dict[str, Any]:
    """The settings of a template, or those that the environment was given."""
    if name := request.get("TemplateName"):
        return {"ConfigurationSettings": [records.template(request["ApplicationName"], name).describe()]}
    environment = records.environment(request)
    settings = [
        {"Namespace": space, "OptionName": name, "Value": value} for (space, name), value in environment.options.items()
    ]
    described = {
        "SolutionStackName": environment.stack,
        "ApplicationName": environment.application,
        "EnvironmentName": environment.name,
        "DeploymentStatus": "pending" if environment.status == "Updating" else "deployed",
        "DateCreated": environment.created,
        "DateUpdated": environment.updated,
        "OptionSettings": settings,
    }
    return {"ConfigurationSettings": [described]}


def list_available_solution_stacks(_: Request) -> dict[str, Any]:
    """The stacks of new environments."""
    return stacks.describe()


def _matches(environment: Environment, request: Request) -> bool:
    names, ids = request.get("EnvironmentNames"), request.get("EnvironmentIds")
    return (
        request.get("ApplicationName") in (None, environment.application)
        and request.get("VersionLabel") in (None, environment.version)
        and (not names or environment.name in names)
        and (not ids or environment.id in ids)
        and (environment.status != "Terminated" or bool(request.get("IncludeDeleted")))
    )


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
