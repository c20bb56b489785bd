"""Applications, their versions and environments, as the local AWS keeps them in memory."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from standins.aws import registry
from standins.aws.elasticbeanstalk import arns
from standins.aws.elasticbeanstalk.environment import Environment
from standins.aws.wire import AwsError


@dataclass
class Version:
    """An application version: a label for a bundle in S3."""

    application: str
    label: str
    bucket: str
    key: str
    description: str = ""
    created: datetime = field(default_factory=lambda: datetime.now(UTC))

    def describe(self) -> dict[str, Any]:
        """The version in the API's shape."""
        return {
            "ApplicationVersionArn": arns.version_arn(self.application, self.label),
            "ApplicationName": self.application,
            "Description": self.description,
            "VersionLabel": self.label,
            "SourceBundle": {"S3Bucket": self.bucket, "S3Key": self.key},
            "DateCreated": self.created,
            "DateUpdated": self.created,
            "Status": "Unprocessed",
        }


@dataclass
class Template:
    """A configuration template: settings, keyed by namespace and name, for environments of one solution stack."""

    application: str
    name: str
    stack: str
    options: dict[tuple[str, str], str]
    description: str = ""
    created: datetime = field(default_factory=lambda: datetime.now(UTC))

    def describe(self) -> dict[str, Any]:
        """The template in the API's shape."""
        settings = [
            {"Namespace": space, "OptionName": name, "Value": value} for (space, name), value in self.options.items()
        ]
        return {
            "SolutionStackName": self.stack,
            "ApplicationName": self.application,
            "TemplateName": self.name,
            "Description": self.description,
            "DateCreated": self.created,
            "DateUpdated": self.created,
            "OptionSettings": settings,
        }


@dataclass
class Application:
    """An application, its versions by label and its configuration templates by name."""

    name: str
    description: str = ""
    versions: dict[str, Version] = field(default_factory=dict)
    templates: dict[str, Template] = field(default_factory=dict)
    created: datetime = field(default_factory=lambda: datetime.now(UTC))

    def describe(self) -> dict[str, Any]:
        """The application in the API's shape."""
        return {
            "ApplicationArn": registry.arn("elasticbeanstalk", f"application/{self.name}"),
            "ApplicationName": self.name,
            "Description": self.description,
            "DateCreated": self.created,
            "DateUpdated": self.created,
            "Versions": list(self.versions),
            "ConfigurationTemplates": list(self.templates),
        }


applications: dict[str, Application] = {}
environments: dict[str, Environment] = {}


def application(name: str) -> Application:
    """The application, which must exist."""
    if name not in applications:
        raise AwsError("InvalidParameterValue", f"No Application named '{name}' found.")
    return applications[name]


def version(application_name: str, label: str) -> Version:
    """The version, which must exist."""
    versions = application(application_name).versions
    if label not in versions:
        raise AwsError("InvalidParameterValue", f"No Application Version named '{label}' found.")
    return versions[label]


def template(application_name: str, name: str) -> Template:
    """The configuration template, which must exist."""
    templates = application(application_name).templates
    if name not in templates:
        raise AwsError("InvalidParameterValue", f"No Configuration Template named '{name}' found.")
    return templates[name]


def environment(request: dict[str, Any]) -> Environment:
    """The environment that a request names by id or by name; a terminated one is not found."""
    for found in environments.values():
        named = request.get("EnvironmentId") == found.id or request.get("EnvironmentName") == found.name
        if named and found.status != "Terminated":
            return found
    wanted = request.get("EnvironmentName") or request.get("EnvironmentId")
    raise AwsError("InvalidParameterValue", f"No Environment found for EnvironmentName = '{wanted}'.")
