"""CodePipeline: executions are started, stopped and rolled back, and approvals answered."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from slipway.adapters.codepipeline.executions import Executions, action_id
from slipway.errors import AnswerRefused, RollbackRefused
from slipway.models import Decision, Outcome, Release

if TYPE_CHECKING:
    from mypy_boto3_codepipeline import CodePipelineClient
    from mypy_boto3_codepipeline.type_defs import ActionExecutionDetailTypeDef

_OUTCOMES: dict[str, Outcome] = {"Succeeded": "approved", "Failed": "rejected"}
_REASON = 200  # characters of a reason to stop
GONE = "This question has been answered elsewhere or has expired."
_STATUS = {"approved": "Approved", "rejected": "Rejected"}


class ReleasePipeline(Executions):
    """The pipeline that carries releases; `approvals` are the actions that ask for an answer, as `Stage/Action`."""

    def __init__(self, name: str, approvals: Collection[str] = ("Staging/Approve",)) -> None:
        super().__init__(name)
        self._approvals = approvals
        # A result that was taken and not confirmed must not be sent again: the second one would seem refused.
        self._once: CodePipelineClient = boto3.client("codepipeline", config=Config(retries={"total_max_attempts": 1}))

    def start(self, release: Release) -> str:
        """Return the id of the execution that is started for a release, at its commit if it has one; the same twice."""
        commit = release.commit.id
        started = self._client.start_pipeline_execution(
            name=self._name,
            variables=[{"name": "ReleaseId", "value": release.id}],
            clientRequestToken=release.id,
            sourceRevisions=[{"actionName": "Source", "revisionType": "COMMIT_ID", "revisionValue": commit}]
            if commit
            else [],
        )
        return started["pipelineExecutionId"]

    def stop(self, execution_id: str, reason: str) -> None:
        """Stop an execution and abandon what it does; nothing happens to one that has ended."""
        errors = self._client.exceptions
        with suppress(errors.DuplicatedStopRequestException, errors.PipelineExecutionNotStoppableException):
            self._client.stop_pipeline_execution(
                pipelineName=self._name, pipelineExecutionId=execution_id, abandon=True, reason=reason[:_REASON]
            )

    def answered(self, execution_id: str) -> Decision | None:
        """Return the decision that somebody made in the console about an execution; None if nobody did."""
        asked = [one for one in self._actions(execution_id) if action_id(one) in self._approvals]
        return _console_decision(max(asked, key=lambda one: one["startTime"])) if asked else None

    def roll_back(self, execution_id: str) -> str:
        """Start the rollback of the stage Production to an execution, and return its id, or raise RollbackRefused."""
        refused = (
            self._client.exceptions.PipelineExecutionNotFoundException,
            self._client.exceptions.PipelineExecutionOutdatedException,
            self._client.exceptions.UnableToRollbackStageException,
        )
        try:
            started = self._client.rollback_stage(
                pipelineName=self._name, stageName="Production", targetPipelineExecutionId=execution_id
            )
        except refused as error:
            raise RollbackRefused("CodePipeline cannot roll back to it: the pipeline has changed since.") from error
        return started["pipelineExecutionId"]

    def answer(self, token: str, answer: Decision) -> None:
        """Send a decision to CodePipeline; raises AnswerRefused if the approval's token is no longer valid."""
        stage, _, action = self._approval_of(token).partition("/")
        errors = self._once.exceptions
        try:
            self._once.put_approval_result(
                pipelineName=self._name,
                stageName=stage,
                actionName=action,
                token=token,
                result={"status": _STATUS[answer.outcome], "summary": answer.summary},  # type: ignore[typeddict-item]
            )
        except (errors.InvalidApprovalTokenException, errors.ApprovalAlreadyCompletedException) as error:
            raise AnswerRefused(GONE) from error

    def _approval_of(self, token: str) -> str:  # noqa: ARG002 - there is only one here
        """Return the approval that a token belongs to."""
        return next(iter(self._approvals))


def _console_decision(detail: ActionExecutionDetailTypeDef) -> Decision | None:
    """Return who approved or rejected in the approval action, and how; None if nobody did."""
    outcome, who = _OUTCOMES.get(detail["status"]), detail.get("updatedBy", "")
    if outcome is None or not who:
        return None
    said = detail.get("output", {}).get("executionResult", {}).get("externalExecutionSummary", "")
    return Decision(outcome, who.rpartition(":")[2], detail["lastUpdateTime"], "console", said)
