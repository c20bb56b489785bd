"""CodePipeline: executions and approvals."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from slipway.errors import AnswerRefused, RollbackRefused
from slipway.models import Decision, Outcome, Release, State

if TYPE_CHECKING:
    from mypy_boto3_codepipeline import CodePipelineClient
    from mypy_boto3_codepipeline.type_defs import (
        ActionExecutionDetailTypeDef,
        PipelineExecutionTypeDef,
    )

_ENDED = {
    "Succeeded": State.LIVE,
    "Failed": State.FAILED,
    "Superseded": State.SUPERSEDED,
    "Stopped": State.STOPPED,
    "Cancelled": State.STOPPED,
}
_OUTCOMES: dict[str, Outcome] = {"Succeeded": "approved", "Failed": "rejected"}
_REASON = 200  # characters of a reason to stop
GONE = "This question has been answered elsewhere or has expired."
_STATUS = {"approved": "Approved", "rejected": "Rejected"}


class ReleasePipeline:
    """The pipeline that carries releases; `approvals` are the actions that ask for an answer, as `Stage/Action`."""

    def __init__(self, name: str, approvals: Collection[str] = ("Staging/Approve",)) -> None:
        self._name, self._approvals = name, approvals
        self._client: CodePipelineClient = boto3.client("codepipeline")
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
        try:
            self._client.stop_pipeline_execution(
                pipelineName=self._name, pipelineExecutionId=execution_id, abandon=True, reason=reason[:_REASON]
            )
        except (
            self._client.exceptions.DuplicatedStopRequestException,
            self._client.exceptions.PipelineExecutionNotStoppableException,
        ):
            return

    def answered(self, execution_id: str) -> Decision | None:
        """Return the decision that somebody made in the console about an execution; None if nobody did."""
        asked = [one for one in self._actions(execution_id) if self._is_approval(one)]
        return _console_decision(max(asked, key=lambda one: one["startTime"])) if asked else None

    def commit_author(self, execution_id: str) -> str:
        """Return the e-mail address of the author of the commit that an execution carries; empty if it is unknown.

        Only some connections tell it, in an output variable that AWS does not document. A reference to one that is
        missing would fail the pipeline, so it is looked for among those that the source action has.
        """
        try:
            found = [one.get("output", {}).get("outputVariables", {}) for one in self._actions(execution_id)]
        except (BotoCoreError, ClientError):
            return ""
        return next((variables["AuthorEmail"] for variables in found if "AuthorEmail" in variables), "")

    def _actions(self, execution_id: str) -> Iterator[ActionExecutionDetailTypeDef]:
        """Yield CodePipeline's records of an execution's actions."""
        pages = self._client.get_paginator("list_action_executions").paginate(
            pipelineName=self._name, filter={"pipelineExecutionId": execution_id}
        )
        return (one for page in pages for one in page["actionExecutionDetails"])

    def _is_approval(self, detail: ActionExecutionDetailTypeDef) -> bool:
        """Return whether an action is the manual approval."""
        return f"{detail['stageName']}/{detail['actionName']}" in self._approvals

    def revision_of(self, execution_id: str) -> tuple[str, str]:
        """Return the message of an execution's commit, and the provider of its source: `GitHub`, empty if unknown."""
        revisions = self._execution(execution_id).get("artifactRevisions", [])
        return message_and_provider(revisions[0].get("revisionSummary", "")) if revisions else ("", "")

    def rolls_back_to(self, execution_id: str) -> str:
        """Return the id of the execution that an execution rolls back to; empty if it is no rollback."""
        return self._execution(execution_id).get("rollbackMetadata", {}).get("rollbackTargetPipelineExecutionId", "")

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

    def state_of(self, execution_id: str) -> State | None:
        """Return how an execution ended, as a state of its release; None while it runs."""
        return _ENDED.get(self._execution(execution_id).get("status", ""))

    def _execution(self, execution_id: str) -> PipelineExecutionTypeDef:
        """Return CodePipeline's record of an execution; empty if it forgot it."""
        try:
            found = self._client.get_pipeline_execution(pipelineName=self._name, pipelineExecutionId=execution_id)
        except self._client.exceptions.PipelineExecutionNotFoundException:
            return {}  # older than the year that CodePipeline remembers
        return found["pipelineExecution"]

    def answer(self, token: str, answer: Decision) -> None:
        """Send a decision to CodePipeline; raises AnswerRefused if the approval's token is no longer valid."""
        stage, _, action = self._approval_of(token).partition("/")
        gone = (
            self._once.exceptions.InvalidApprovalTokenException,
            self._once.exceptions.ApprovalAlreadyCompletedException,
        )
        try:
            self._once.put_approval_result(
                pipelineName=self._name,
                stageName=stage,
                actionName=action,
                token=token,
                result={"status": _STATUS[answer.outcome], "summary": answer.summary},  # type: ignore[typeddict-item]
            )
        except gone as error:
            raise AnswerRefused(GONE) from error

    def _approval_of(self, token: str) -> str:  # noqa: ARG002 - there is only one here
        """Return the approval that a token belongs to."""
        return next(iter(self._approvals))


def message_and_provider(summary: str) -> tuple[str, str]:
    """Return the commit message and the source's provider in a revision's summary; connections wrap both into JSON."""
    try:
        wrapped = json.loads(summary)
    except ValueError:
        return summary, ""
    if not isinstance(wrapped, dict):
        return summary, ""
    return str(wrapped.get("CommitMessage", "")), str(wrapped.get("ProviderType", ""))


def _console_decision(detail: ActionExecutionDetailTypeDef) -> Decision | None:
    """Return who approved or rejected in the approval action, and how; None if nobody did."""
    outcome, who = _OUTCOMES.get(detail["status"]), detail.get("updatedBy", "")
    if outcome is None or not who:
        return None
    said = detail.get("output", {}).get("executionResult", {}).get("externalExecutionSummary", "")
    return Decision(outcome, who.rpartition(":")[2], detail["lastUpdateTime"], "console", said)
