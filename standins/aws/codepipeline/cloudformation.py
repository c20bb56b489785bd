"""The CloudFormation type AWS::CodePipeline::Pipeline."""

from collections.abc import Callable, Mapping
from typing import Any

from standins.aws.codepipeline.definition import Declaration
from standins.aws.wire import Service

type Properties = Mapping[str, Any]
type Provisioned = tuple[str, dict[str, str]]

TYPE = "AWS::CodePipeline::Pipeline"
LONGEST_NAME = 100
NUMBERS = ("RunOrder", "TimeoutInMinutes")
# The keys below it belong to the action, not to CloudFormation.
VERBATIM = "Configuration"
NOT_DECLARATION = ("Tags", "RestartExecutionOnUpdate", "DisableInboundStageTransitions")


class PipelineResource:
    """Creates, updates and deletes pipelines for stacks. Ref is the name, the attribute Version the version."""

    def __init__(self, service: Service, physical_name: Callable[[str, str, int], str]) -> None:
        self._service, self._physical_name = service, physical_name

    def handlers(self) -> dict[str, Callable[..., Any]]:
        """The functions MiniStack calls."""
        return {"create": self.create, "update": self.update, "delete": self.delete}

    def create(self, logical_id: str, properties: Properties, stack_name: str) -> Provisioned:
        """Create the pipeline of a stack."""
        name = properties.get("Name") or self._physical_name(stack_name, logical_id, LONGEST_NAME)
        request: dict[str, Any] = {"pipeline": declaration(properties, name)}
        if properties.get("Tags"):
            request["tags"] = [{"key": tag["Key"], "value": tag["Value"]} for tag in properties["Tags"]]
        created = self._service.perform("CreatePipeline", request)
        for transition in properties.get("DisableInboundStageTransitions", []):
            self._disable(name, transition)
        return _provisioned(created)

    def update(self, physical_id: str, _old: Properties, new: Properties, _stack_name: str) -> Provisioned:
        """Give the pipeline its new structure; it runs again only if the template asks for it."""
        updated = self._service.perform("UpdatePipeline", {"pipeline": declaration(new, physical_id)})
        if _is_true(new.get("RestartExecutionOnUpdate")):
            self._service.perform("StartPipelineExecution", {"name": physical_id})
        return _provisioned(updated)

    def delete(self, physical_id: str, _properties: Properties) -> None:
        """Delete the pipeline."""
        self._service.perform("DeletePipeline", {"name": physical_id})

    def _disable(self, name: str, transition: Properties) -> None:
        request = {"pipelineName": name, "stageName": transition["StageName"], "reason": transition["Reason"]}
        self._service.perform("DisableStageTransition", {**request, "transitionType": "Inbound"})


def declaration(properties: Properties, name: str) -> Declaration:
    """A template's properties in the spelling of the API."""
    declared = {key: value for key, value in properties.items() if key not in NOT_DECLARATION}
    return {**_camel_case(declared), "name": name}


def _camel_case(value: Any) -> Any:
    if isinstance(value, list):
        return [_camel_case(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    return {f"{key[0].lower()}{key[1:]}": _converted(key, item) for key, item in value.items()}


def _converted(key: str, value: Any) -> Any:
    if key == VERBATIM:
        return {name: _text(item) for name, item in value.items()}
    if key in NUMBERS:
        return int(value)
    if key == "Version":
        return str(value)
    return _camel_case(value)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _is_true(value: Any) -> bool:
    return str(value).lower() == "true"


def _provisioned(answer: Mapping[str, Any]) -> Provisioned:
    pipeline = answer["pipeline"]
    return pipeline["name"], {"Version": str(pipeline["version"])}
