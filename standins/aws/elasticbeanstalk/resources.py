"""CloudFormation's resource types of Elastic Beanstalk."""

from typing import Any

from standins.aws import registry
from standins.aws.elasticbeanstalk import applications, deployment, environments, records, templates
from standins.aws.elasticbeanstalk.environment import Environment
from standins.aws.registry import Provisioner

type Created = tuple[str, dict[str, str]]
type Properties = dict[str, Any]

_WAIT = 120.0


def create_application(logical_id: str, properties: Properties, stack_name: str) -> Created:
    """AWS::ElasticBeanstalk::Application; its Ref is its name."""
    name = properties.get("ApplicationName") or registry.physical_name(stack_name, logical_id, 100)
    applications.create_application(properties | {"ApplicationName": name})
    return name, {}


def update_application(name: str, _old: Properties, new: Properties, _stack_name: str) -> Created:
    """Only the description can change without replacing the application."""
    records.application(name).description = new.get("Description", "")
    return name, {}


def delete_application(name: str, _: Properties) -> None:
    """Forget the application and its versions."""
    applications.delete_application({"ApplicationName": name})


def create_version(logical_id: str, properties: Properties, stack_name: str) -> Created:
    """AWS::ElasticBeanstalk::ApplicationVersion; its Ref is its label."""
    label = registry.physical_name(stack_name, logical_id, 100)
    applications.create_application_version(properties | {"VersionLabel": label})
    return label, {}


def delete_version(label: str, properties: Properties) -> None:
    """Forget the version; its bundle stays in S3."""
    name = properties["ApplicationName"]
    applications.delete_application_version({"ApplicationName": name, "VersionLabel": label})


def create_template(logical_id: str, properties: Properties, stack_name: str) -> Created:
    """AWS::ElasticBeanstalk::ConfigurationTemplate; its Ref is its name."""
    name = registry.physical_name(stack_name, logical_id, 100)
    templates.create_configuration_template(properties | {"TemplateName": name})
    return name, {"TemplateName": name}


def update_template(name: str, _old: Properties, new: Properties, _stack_name: str) -> Created:
    """Change the settings; environments that have them already keep theirs."""
    template = records.template(new["ApplicationName"], name)
    template.options, template.description = templates.options(new), new.get("Description", "")
    return name, {"TemplateName": name}


def delete_template(name: str, properties: Properties) -> None:
    """Forget the template; one whose application is gone already is fine."""
    if properties["ApplicationName"] in records.applications:
        named = {"ApplicationName": properties["ApplicationName"], "TemplateName": name}
        templates.delete_configuration_template(named)


def create_environment(logical_id: str, properties: Properties, stack_name: str) -> Created:
    """AWS::ElasticBeanstalk::Environment, once it is Ready; its Ref is its name."""
    name = properties.get("EnvironmentName") or registry.physical_name(stack_name, logical_id, 40)
    environment = environments.new_environment(properties | {"EnvironmentName": name})
    deployment.launch(environment).join(_WAIT)
    if environment.health != "Ok":
        raise ValueError(f"Environment {name} did not launch: {' '.join(environment.causes)}")
    return name, _attributes(environment)


def update_environment(name: str, old: Properties, new: Properties, _stack_name: str) -> Created:
    """Update what has changed, the settings first, and wait each time until the environment is Ready.

    Beanstalk takes a version and settings in two requests only, so that an unchanged version is not deployed again.
    """
    changed = {key: value for key, value in new.items() if old.get(key) != value}
    label = {key: changed.pop(key) for key in ("VersionLabel",) if key in changed}
    environment = records.environment({"EnvironmentName": name})
    for request in filter(None, (changed, label)):
        environments.update_environment({**request, "EnvironmentName": name})
        deployment.wait_until_ready(environment, _WAIT)
    return name, _attributes(environment)


def delete_environment(name: str, _: Properties) -> None:
    """Terminate the environment and wait for its end; one that is gone already is fine."""
    for environment in records.environments.values():
        if environment.name == name and environment.status != "Terminated":
            deployment.terminate(environment).join(_WAIT)


def _attributes(environment: Environment) -> dict[str, str]:
    return {"EndpointURL": environment.endpoint}


PROVISIONERS: dict[str, Provisioner] = {
    "AWS::ElasticBeanstalk::Application": {
        "create": create_application,
        "update": update_application,
        "delete": delete_application,
    },
    "AWS::ElasticBeanstalk::ApplicationVersion": {"create": create_version, "delete": delete_version},
    "AWS::ElasticBeanstalk::ConfigurationTemplate": {
        "create": create_template,
        "update": update_template,
        "delete": delete_template,
    },
    "AWS::ElasticBeanstalk::Environment": {
        "create": create_environment,
        "update": update_environment,
        "delete": delete_environment,
    },
}
