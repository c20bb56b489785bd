"""Taking the answers of people to approvals and of functions to jobs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from standins.aws.codepipeline.executions import Executions
from standins.aws.codepipeline.jobs import Jobs
from standins.aws.codepipeline.operations import Account, Answer
from standins.aws.codepipeline.pipelines import now
from standins.aws.codepipeline.records import ActionRun, Failure, Outcome, Status
from standins.aws.wire import AwsError, Operation, Request


@dataclass(frozen=True)
class Answers:
    """The operations that end actions from outside."""

    account: Account
    jobs: Jobs

    def operations(self) -> dict[str, Operation]:
        """The operations by name."""
        return {
            "PutApprovalResult": self.put_approval_result,
            "PutJobSuccessResult": self.jobs.succeed,
            "PutJobFailureResult": self.jobs.fail,
            "GetJobDetails": self.job_details,
        }

    def put_approval_result(self, request: Request) -> Answer:
        """Approve or reject; a rejection fails the action."""
        pipeline = self.account.pipelines.find(request["pipelineName"])
        run, result = _open_approval(pipeline, request), request["result"]
        who = self.account.caller()
        rejection = Failure("Rejected", result["summary"] or f"Rejected by {who}")
        run.answered = True
        pipeline.report(
            run,
            Outcome(
                failure=rejection if result["status"] == "Rejected" else None,
                summary=result["summary"],
                updated_by=who,
            ),
        )
        return {"approvedAt": now()}

    def job_details(self, request: Request) -> Answer:
        """Show a job with the data its function has got."""
        job = self.jobs.find(request["jobId"])
        data = {
            **(job.event or {}),
            "actionTypeId": job.run.action.type_id,
            "pipelineContext": self._context(job.run),
        }
        for artifacts in ("inputArtifacts", "outputArtifacts"):
            data[artifacts] = [_without_nulls(artifact) for artifact in data.get(artifacts, [])]
        return {"jobDetails": {"id": job.id, "accountId": self.account.id(), "data": data}}

    def _context(self, run: ActionRun) -> Answer:
        name = run.execution.definition.name
        return {
            "pipelineName": name,
            "pipelineArn": self.account.arn(name),
            "pipelineExecutionId": run.execution.id,
            "stage": {"name": run.stage.name},
            "action": {"name": run.action.name, "actionExecutionId": run.id},
        }


def _open_approval(pipeline: Executions, request: Request) -> ActionRun:
    stage, action, token = request["stageName"], request["actionName"], request["token"]
    if stage not in pipeline.records:
        raise AwsError("StageNotFoundException", f"Pipeline {request['pipelineName']} has no stage {stage}")
    if action not in [each.name for where, each in pipeline.definition.actions() if where.name == stage]:
        raise AwsError("ActionNotFoundException", f"Stage {stage} has no action {action}")
    for run in (run for execution in pipeline.executions for run in execution.runs):
        if (run.stage.name, run.action.name, run.token) == (stage, action, token):
            return _still_open(run)
    raise AwsError("InvalidApprovalTokenException", f"Invalid approval token {token}")


def _still_open(run: ActionRun) -> ActionRun:
    if run.answered:
        raise AwsError("ApprovalAlreadyCompletedException", "The approval action has already been approved or rejected")
    if run.status is not Status.IN_PROGRESS:
        raise AwsError("InvalidApprovalTokenException", "The approval request has expired or was withdrawn")
    return run


def _without_nulls(artifact: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in artifact.items() if value is not None}
