"""Elastic Beanstalk's configuration templates: saved settings that environments are created with."""

from typing import Any

from standins.aws.elasticbeanstalk import records, stacks
from standins.aws.elasticbeanstalk.records import Template
from standins.aws.wire import AwsError, Request

type Options = dict[tuple[str, str], str]


def create_configuration_template(request: Request) -> dict[str, Any]:
    """A new template of an application; its platform is a solution stack, or another template's."""
    application, name = records.application(request["ApplicationName"]), request["TemplateName"]
    if name in application.templates:
        raise AwsError("InvalidParameterValue", f"Configuration Template {name} already exists.")
    if unknown := sorted({"EnvironmentId", "PlatformArn"} & set(request)):
        raise AwsError("InvalidParameterValue", f"{unknown[0]} of a template is not emulated by the local AWS.")
    source = _source(request)
    stack = request.get("SolutionStackName") or (source.stack if source else "")
    if not stack:
        reason = "A configuration template needs a SolutionStackName, a PlatformArn or a SourceConfiguration."
        raise AwsError("InvalidParameterCombination", reason)
    stacks.check(stack)
    # The request's own settings are over those of the template that it is made of.
    settings = (source.options if source else {}) | options(request)
    template = Template(application.name, name, stack, settings, request.get("Description", ""))
    application.templates[name] = template
    return template.describe()


def delete_configuration_template(request: Request) -> None:
    """Forget a template; environments that were created with it keep their settings."""
    records.application(request["ApplicationName"]).templates.pop(request["TemplateName"], None)


def configured(request: Request) -> tuple[str, Options]:
    """The platform and the settings of a new environment: what the request sets is over what its template sets."""
    stack, given = request.get("SolutionStackName", ""), options(request)
    if "TemplateName" not in request:
        return stack, given
    if stack:
        reason = "Name a TemplateName or a SolutionStackName, not both."
        raise AwsError("InvalidParameterCombination", reason)
    template = records.template(request["ApplicationName"], request["TemplateName"])
    return template.stack, template.options | given


def options(request: Request) -> Options:
    """The settings of a request, by namespace and name."""
    given = request.get("OptionSettings") or []
    return {(item["Namespace"], item["OptionName"]): str(item.get("Value", "")) for item in given}


def _source(request: Request) -> Template | None:
    given = request.get("SourceConfiguration")
    if not given:
        return None
    name = given.get("ApplicationName", request["ApplicationName"])
    source = records.template(name, given["TemplateName"])
    if request.get("SolutionStackName") not in (None, source.stack):
        reason = "The solution stack of a template must be the one of its SourceConfiguration."
        raise AwsError("InvalidParameterCombination", reason)
    return source
