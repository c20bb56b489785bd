"""Refuses pipelines whose parts do not fit together, as AWS does when a pipeline is created or updated."""

from collections import Counter
from collections.abc import Iterable, Iterator

from standins.aws.codepipeline.action_types import action_type
from standins.aws.codepipeline.definition import Action, Definition, Stage
from standins.aws.codepipeline.variables import references
from standins.aws.wire import AwsError

BUILT_IN_NAMESPACES = ("codepipeline", "variables")


def check(definition: Definition) -> None:
    """Raise AWS's error for the first thing that is wrong with a pipeline."""
    for check_one in (_check_pipeline, _check_stages, _check_actions, _check_artifacts, _check_variables):
        check_one(definition)


def _check_pipeline(definition: Definition) -> None:
    declared = definition.declaration
    if not definition.bucket:
        raise _structure("Pipeline should have an artifactStore; artifactStores are not emulated by the local AWS")
    # Triggers are kept and never fire: nobody pushes on a local AWS.
    if declared["executionMode"] == "PARALLEL":
        raise _structure("The PARALLEL execution mode is not emulated by the local AWS")
    if declared["pipelineType"] == "V2":
        return
    v2_only = definition.variables or definition.queued or any(stage.on_failure for stage in definition.stages)
    if v2_only:
        raise _structure("Pipeline variables, execution modes and stage conditions need pipelineType V2")


def _check_stages(definition: Definition) -> None:
    if len(definition.stages) < 2:
        raise _structure("Pipeline has less than 2 stage(s). There should be a minimum of 2 stages in a pipeline")
    for name in _repeated(stage.name for stage in definition.stages):
        raise _structure(f"Stage name {name} is not unique within the pipeline")
    for stage, declared in zip(definition.stages, definition.declaration["stages"], strict=True):
        for name in _repeated(action.name for action in stage.actions):
            raise AwsError("InvalidStageDeclarationException", f"Action name {name} is not unique in {stage.name}")
        if any(declared.get(key) for key in ("beforeEntry", "onSuccess", "blockers")):
            raise _structure(f"Conditions and blockers of stage {stage.name} are not emulated by the local AWS")
    _check_sources(definition)


def _check_sources(definition: Definition) -> None:
    for position, stage in enumerate(definition.stages):
        categories = {action.category for action in stage.actions}
        if position == 0 and categories != {"Source"}:
            raise _structure("Pipeline should start with a stage that only contains source actions")
        if position > 0 and "Source" in categories:
            raise _structure(f"Source actions are only allowed in the first stage, not in {stage.name}")


def _check_actions(definition: Definition) -> None:
    for (stage, action), declared in zip(definition.actions(), _declared_actions(definition), strict=True):
        for problem in _problems(action):
            raise AwsError("InvalidActionDeclarationException", f"Action {action.name} in {stage.name} {problem}")
        if declared.get("region", definition.region) != definition.region:
            raise _invalid(action, "names a region of its own, which is not emulated by the local AWS")


def _problems(action: Action) -> Iterator[str]:
    kind = action_type(action)
    if kind is None:
        yield f"has an action type that the local AWS does not emulate: {action.category}/{action.provider}"
        return
    given = set(action.configuration)
    for key in sorted(kind.required - given):
        yield f"is missing required configuration {key}"
    for key in sorted(given - kind.required - kind.optional):
        yield f"contains unknown configuration {key}"
    if not kind.inputs[0] <= len(action.inputs) <= kind.inputs[1]:
        yield f"takes {kind.inputs[0]} to {kind.inputs[1]} input artifacts, not {len(action.inputs)}"
    if not kind.outputs[0] <= len(action.outputs) <= kind.outputs[1]:
        yield f"gives {kind.outputs[0]} to {kind.outputs[1]} output artifacts, not {len(action.outputs)}"
    if action.provider == "S3" and action.configuration.get("PollForSourceChanges", "true") != "false":
        # AWS polls unless told otherwise.
        yield "polls its bucket, which is not emulated by the local AWS; set PollForSourceChanges to false"
    if action.timeout is not None and action.category != "Approval":
        yield "has a timeout, which only manual approvals may have"


def _check_artifacts(definition: Definition) -> None:
    for name in _repeated(output for _, action in definition.actions() for output in action.outputs):
        raise _structure(f"Output Artifact Name {name} must be unique within the pipeline")
    for stage, action in definition.actions():
        produced = {name for earlier in _before(definition, stage, action) for name in earlier.outputs}
        for name in set(action.inputs) - produced:
            raise _structure(
                f"Input Artifact Bundle {name} in action {action.name} is not declared as an output before"
            )


def _check_variables(definition: Definition) -> None:
    for name in _repeated(action.namespace for _, action in definition.actions() if action.namespace):
        raise _structure(f"Namespace {name} must be unique within the pipeline")
    for stage, action in definition.actions():
        known = {earlier.namespace for earlier in _before(definition, stage, action)} | {"codepipeline"}
        for namespace, key in _references(action):
            if action.category == "Source":
                raise _invalid(action, "uses a variable, which source actions cannot")
            if namespace not in known and (namespace != "variables" or key not in definition.variables):
                raise _invalid(action, f"refers to #{{{namespace}.{key}}}, which no action before it provides")
        if action.namespace in BUILT_IN_NAMESPACES:
            raise _invalid(action, f"uses the reserved namespace {action.namespace}")


def _references(action: Action) -> list[tuple[str, str]]:
    try:
        return [reference for text in action.configuration.values() for reference in references(text)]
    except ValueError as error:
        raise _invalid(action, f"is malformed: {error}") from error


def _before(definition: Definition, stage: Stage, action: Action) -> Iterator[Action]:
    """The actions that are over when an action starts."""
    here = definition.position(stage.name)
    for other_stage, other in definition.actions():
        there = definition.position(other_stage.name)
        if there < here or (there == here and other.run_order < action.run_order):
            yield other


def _declared_actions(definition: Definition) -> Iterator[dict[str, object]]:
    return (action for stage in definition.declaration["stages"] for action in stage["actions"])


def _repeated[T](names: Iterable[T]) -> list[T]:
    return [name for name, count in Counter(names).items() if count > 1]


def _structure(message: str) -> AwsError:
    return AwsError("InvalidStructureException", message)


def _invalid(action: Action, problem: str) -> AwsError:
    return AwsError("InvalidActionDeclarationException", f"Action {action.name} {problem}")
