"""Elastic Beanstalk as the local AWS calls it."""

from standins.aws import registry
from standins.aws.elasticbeanstalk import (
    applications,
    arns,
    descriptions,
    environments,
    managed_policies,
    records,
    resources,
    templates,
)
from standins.aws.wire import AwsError, Operation, Request, Service

OPERATIONS: dict[str, Operation] = {
    "AbortEnvironmentUpdate": environments.abort_environment_update,
    "CreateApplication": applications.create_application,
    "CreateApplicationVersion": applications.create_application_version,
    "CreateConfigurationTemplate": templates.create_configuration_template,
    "CreateEnvironment": environments.create_environment,
    "DeleteApplication": applications.delete_application,
    "DeleteApplicationVersion": applications.delete_application_version,
    "DeleteConfigurationTemplate": templates.delete_configuration_template,
    "DescribeApplicationVersions": applications.describe_application_versions,
    "DescribeApplications": applications.describe_applications,
    "DescribeConfigurationSettings": descriptions.describe_configuration_settings,
    "DescribeEnvironmentHealth": descriptions.describe_environment_health,
    "DescribeEnvironments": descriptions.describe_environments,
    "DescribeEvents": descriptions.describe_events,
    "ListAvailableSolutionStacks": descriptions.list_available_solution_stacks,
    "RebuildEnvironment": environments.rebuild_environment,
    "TerminateEnvironment": environments.terminate_environment,
    "UpdateEnvironment": environments.update_environment,
}


def register() -> None:
    """Answer for Elastic Beanstalk, and create its resources for CloudFormation."""
    managed_policies.install()
    service = Service("elasticbeanstalk", OPERATIONS)
    registry.register(service, _iam_resource, resources.PROVISIONERS)


def _iam_resource(operation: str, request: Request) -> str:
    if "ApplicationVersion" in operation:
        labels = [request.get("VersionLabel", ""), *request.get("VersionLabels", [])]
        return arns.version_arn(request.get("ApplicationName", "*"), next(filter(None, labels), "*"))
    if operation.endswith(("Application", "Applications")):
        names = [request.get("ApplicationName", ""), *request.get("ApplicationNames", [])]
        return registry.arn("elasticbeanstalk", f"application/{next(filter(None, names), '*')}")
    if operation.endswith("ConfigurationTemplate"):
        return arns.template_arn(request.get("ApplicationName", "*"), request.get("TemplateName", "*"))
    if operation == "ListAvailableSolutionStacks":
        return arns.platform_arn("*")
    return _environment_resource(request)


def _environment_resource(request: Request) -> str:
    names = [request.get("EnvironmentName", ""), *request.get("EnvironmentNames", [])]
    name = next(filter(None, names), "")
    application = request.get("ApplicationName", "")
    try:
        application = application or records.environment(request | {"EnvironmentName": name}).application
    except AwsError:
        # A missing environment is found out by the operation, after IAM.
        application = "*"
    return arns.environment_arn(application, name or "*")
