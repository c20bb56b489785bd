"""Showing a pipeline's state and history."""

from dataclasses import dataclass

from standins.aws.codepipeline import state, views
from standins.aws.codepipeline.executions import Executions
from standins.aws.codepipeline.operations import Account, Answer, page
from standins.aws.codepipeline.records import ActionRun, Execution, Status
from standins.aws.wire import AwsError, Operation, Request


@dataclass(frozen=True)
class History:
    """The operations that only look."""

    account: Account

    def operations(self) -> dict[str, Operation]:
        """The operations by name."""
        return {
            "GetPipelineState": self.state,
            "GetPipelineExecution": self.execution,
            "ListPipelineExecutions": self.executions,
            "ListActionExecutions": self.action_executions,
        }

    def state(self, request: Request) -> Answer:
        """Show where the pipeline stands, with the tokens of open approvals."""
        return state.pipeline_state(self.account.pipelines.find(request["name"]))

    def execution(self, request: Request) -> Answer:
        """Show one execution."""
        pipeline = self.account.pipelines.find(request["pipelineName"])
        return {"pipelineExecution": views.execution_detail(find(pipeline, request["pipelineExecutionId"]))}

    def executions(self, request: Request) -> Answer:
        """List executions, the latest first."""
        pipeline = self.account.pipelines.find(request["pipelineName"])
        stage = request.get("filter", {}).get("succeededInStage", {}).get("stageName")
        found = [
            views.execution_summary(execution)
            for execution in reversed(pipeline.executions)
            if stage is None or execution.stages.get(stage) is Status.SUCCEEDED
        ]
        return page(found, request, "pipelineExecutionSummaries")

    def action_executions(self, request: Request) -> Answer:
        """List action runs, the latest first."""
        pipeline = self.account.pipelines.find(request["pipelineName"])
        wanted = request.get("filter", {})
        latest = wanted.get("latestInPipelineExecution", {}).get("pipelineExecutionId")
        of = latest or wanted.get("pipelineExecutionId")
        executions = [find(pipeline, of)] if of else pipeline.executions
        runs = [run for execution in executions for run in _runs(execution, only_current=bool(latest))]
        runs.sort(key=lambda run: run.started, reverse=True)
        return page([views.action_execution(run) for run in runs], request, "actionExecutionDetails")


def find(pipeline: Executions, execution_id: str) -> Execution:
    """The execution of an id; PipelineExecutionNotFoundException when the pipeline has none."""
    for execution in pipeline.executions:
        if execution.id == execution_id:
            return execution
    raise AwsError("PipelineExecutionNotFoundException", f"There is no pipeline execution {execution_id}")


def _runs(execution: Execution, only_current: bool) -> list[ActionRun]:
    return list(execution.current.values()) if only_current else execution.runs
