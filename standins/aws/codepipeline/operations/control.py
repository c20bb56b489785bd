"""Starting, stopping, retrying and rolling back executions, and opening and closing stages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from standins.aws.codepipeline.executions import Executions
from standins.aws.codepipeline.operations import Account, Answer
from standins.aws.codepipeline.operations.history import find
from standins.aws.codepipeline.records import Execution, StageRecord, Status, Trigger
from standins.aws.wire import AwsError, Operation, Request

_REVISIONS = {"CodeStarSourceConnection": "COMMIT_ID", "S3": "S3_OBJECT_VERSION_ID"}


@dataclass(frozen=True)
class Control:
    """The operations that move executions."""

    account: Account

    def operations(self) -> dict[str, Operation]:
        """The operations by name."""
        return {
            "StartPipelineExecution": self.start,
            "StopPipelineExecution": self.stop,
            "RetryStageExecution": self.retry,
            "RollbackStage": self.roll_back,
            "EnableStageTransition": self.enable_transition,
            "DisableStageTransition": self.disable_transition,
        }

    def start(self, request: Request) -> Answer:
        """Start an execution with values for the pipeline's variables."""
        pipeline = self.account.pipelines.find(request["name"])
        pinned = _pinned(pipeline, request.get("sourceRevisions", []))
        given = {variable["name"]: variable["value"] for variable in request.get("variables", [])}
        _check_variables(pipeline, given)
        trigger = Trigger("StartPipelineExecution", self.account.caller())
        execution = pipeline.start(given, trigger, request.get("clientRequestToken"), pinned)
        return {"pipelineExecutionId": execution.id}

    def stop(self, request: Request) -> Answer:
        """Stop an execution, or abandon what it is doing."""
        pipeline, abandon = (
            self.account.pipelines.find(request["pipelineName"]),
            request.get("abandon", False),
        )
        execution = _running(pipeline, request["pipelineExecutionId"])
        if execution.status is Status.STOPPING and not abandon:
            raise AwsError("DuplicatedStopRequestException", f"Pipeline execution {execution.id} is stopping already")
        pipeline.stop(execution, abandon, request.get("reason", ""))
        return {"pipelineExecutionId": execution.id}

    def retry(self, request: Request) -> Answer:
        """Retry the stage an execution failed or stopped in."""
        pipeline = self.account.pipelines.find(request["pipelineName"])
        record = _record(pipeline, request["stageName"])
        latest, execution_id = record.latest, request["pipelineExecutionId"]
        if latest is None or latest.id != execution_id:
            message = f"{execution_id} is not the latest execution of stage {request['stageName']}"
            raise AwsError("NotLatestPipelineExecutionException", message)
        retryable = latest.stages[request["stageName"]] in (Status.FAILED, Status.STOPPED)
        if not retryable or record.holder or latest.definition is not pipeline.definition:
            raise AwsError("StageNotRetryableException", f"Stage {request['stageName']} has nothing to retry")
        pipeline.retry(latest, request["retryMode"] == "ALL_ACTIONS")
        return {"pipelineExecutionId": latest.id}

    def roll_back(self, request: Request) -> Answer:
        """Run a stage again as it was in an earlier execution."""
        pipeline, stage = self.account.pipelines.find(request["pipelineName"]), request["stageName"]
        record, target = _record(pipeline, stage), find(pipeline, request["targetPipelineExecutionId"])
        if pipeline.definition.declaration["pipelineType"] != "V2":
            raise AwsError("UnableToRollbackStageException", "Only a pipeline of the type V2 can be rolled back")
        if pipeline.definition.position(stage) == 0:
            raise AwsError("UnableToRollbackStageException", "A source stage cannot be rolled back")
        if target.definition is not pipeline.definition:
            message = f"Pipeline execution {target.id} ran in another version of the pipeline"
            raise AwsError("PipelineExecutionOutdatedException", message)
        if target not in record.succeeded or target.rollback_of:
            message = f"Pipeline execution {target.id} has not succeeded in stage {stage}, or is a rollback itself"
            raise AwsError("UnableToRollbackStageException", message)
        execution = pipeline.roll_back(stage, target, Trigger("ManualRollback", self.account.caller()))
        return {"pipelineExecutionId": execution.id}

    def enable_transition(self, request: Request) -> None:
        """Let executions enter a stage."""
        pipeline = self.account.pipelines.find(request["pipelineName"])
        _record(pipeline, request["stageName"])
        pipeline.open_transition(request["stageName"], self.account.caller())

    def disable_transition(self, request: Request) -> None:
        """Let no execution enter a stage."""
        pipeline = self.account.pipelines.find(request["pipelineName"])
        _record(pipeline, request["stageName"])
        pipeline.close_transition(request["stageName"], request["reason"], self.account.caller())


def _check_variables(pipeline: Executions, given: dict[str, str]) -> None:
    known = pipeline.definition.variables
    for name in given.keys() - known.keys():
        raise AwsError("ValidationException", f"The pipeline has no variable {name}")
    for name in [name for name, default in known.items() if default is None and name not in given]:
        raise AwsError("ValidationException", f"The pipeline variable {name} needs a value, it has no default")


def _pinned(pipeline: Executions, overrides: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """The revision that each source action is to take; whether there is such a one only its source knows."""
    sources = {
        action.name: action.provider for _, action in pipeline.definition.actions() if action.category == "Source"
    }
    if overrides and pipeline.definition.declaration["pipelineType"] != "V2":
        raise AwsError("ValidationException", "Source revision overrides need a pipeline of the type V2")
    for override in overrides:
        if override["actionName"] not in sources:
            raise AwsError("ValidationException", f"The pipeline has no source action {override['actionName']}")
        if override["revisionType"] != _REVISIONS[sources[override["actionName"]]]:
            message = f"The revision type {override['revisionType']} is not supported by {override['actionName']}"
            raise AwsError("ValidationException", message)
    return {override["actionName"]: override["revisionValue"] for override in overrides}


def _record(pipeline: Executions, stage: str) -> StageRecord:
    if stage not in pipeline.records:
        raise AwsError("StageNotFoundException", f"Pipeline {pipeline.definition.name} has no stage {stage}")
    return pipeline.records[stage]


def _running(pipeline: Executions, execution_id: str) -> Execution:
    for execution in pipeline.executions:
        if execution.id == execution_id and execution.status in (Status.IN_PROGRESS, Status.STOPPING):
            return execution
    raise AwsError("PipelineExecutionNotStoppableException", f"Pipeline execution {execution_id} is not running")
