"""CodePipeline: a pipeline that knows nothing of Slipway, and is followed by what its API tells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from slipway.adapters.codepipeline import GONE, ReleasePipeline
from slipway.adapters.codepipeline.executions import action_id, message_and_provider
from slipway.errors import AnswerRefused
from slipway.models import ActionChange, Commit, ExistingPipeline, Question, Release, State

if TYPE_CHECKING:
    from mypy_boto3_codepipeline.type_defs import ActionExecutionDetailTypeDef, ActionStateTypeDef

_COMMIT = re.compile(r"[0-9a-f]{7,64}")
_ENDS = {"Succeeded": "SUCCEEDED", "Failed": "FAILED", "Abandoned": "ABANDONED"}


class AttachedPipeline(ReleasePipeline):
    """An existing pipeline, without variables: it is started by name, and its approvals are found by their tokens."""

    def __init__(self, existing: ExistingPipeline) -> None:
        super().__init__(existing.name, existing.approvals)
        self._existing = existing

    def start(self, release: Release) -> str:
        """Start an execution for a release and return its id; a second start returns the same id.

        Where the model is an S3 source, it is told which version of it is meant.
        """
        source, versions = self._existing.source, list(release.versions.values())
        revisions = [
            {"actionName": source, "revisionType": "S3_OBJECT_VERSION_ID", "revisionValue": version}
            for version in versions[:1]
            if source
        ]
        more = {"sourceRevisions": revisions} if revisions else {}
        started = self._client.start_pipeline_execution(
            name=self._name,
            clientRequestToken=release.id,
            **more,  # type: ignore[arg-type]
        )
        return started["pipelineExecutionId"]

    def state_of(self, execution_id: str) -> State | None:
        """Return how an execution ended.

        None while it runs, and if it succeeded: only a test tells whether that is live.
        """
        ended = super().state_of(execution_id)
        return None if ended is State.LIVE else ended

    def commit_of(self, execution_id: str) -> Commit:
        """Return the commit that an execution builds; empty while that is unknown."""
        for revision in self._execution(execution_id).get("artifactRevisions", []):
            if _COMMIT.fullmatch(revision.get("revisionId", "")):
                message, _ = message_and_provider(revision.get("revisionSummary", ""))
                return Commit(revision["revisionId"], self.commit_author(execution_id), message)
        return Commit()

    def open_approvals(self) -> list[ActionChange]:
        """Return the approvals that wait for an answer now, each as the change that opened it."""
        return [
            ActionChange(
                execution_id=execution,
                action=action,
                id=state["latestExecution"].get("actionExecutionId", ""),
                status="STARTED",
                at=state["latestExecution"]["lastStatusChange"],
            )
            for execution, action, state in self._open()
        ]

    def question(self, execution_id: str) -> Question | None:
        """Return the question that an execution waits with; None if it waits with none."""
        for execution, action, state in self._open():
            if execution == execution_id:
                latest = state["latestExecution"]
                asked = latest["lastStatusChange"]
                expires = asked + timedelta(minutes=self._existing.approvals[action])
                return Question(latest["token"], asked, expires, self._existing.console)
        return None

    def changes_of(self, execution_id: str) -> list[ActionChange]:
        """Return what happened to the actions of an execution, in order, as their events would have told."""
        found = [change for detail in self._actions(execution_id) for change in _changes(detail)]
        return sorted(found, key=lambda change: (change.at, change.status != "STARTED"))

    def last_deployment(self, action: str) -> str:
        """Return the id of the last execution that a deploy action ran for; empty if it never did."""
        pages = self._client.get_paginator("list_action_executions").paginate(pipelineName=self._name)
        details = (one for page in pages for one in page["actionExecutionDetails"])
        return next((one["pipelineExecutionId"] for one in details if action_id(one) == action), "")

    def _approval_of(self, token: str) -> str:
        """Return the approval action that a token belongs to; raises AnswerRefused if none waits with it."""
        for _, action, state in self._open():
            if state["latestExecution"]["token"] == token:
                return action
        raise AnswerRefused(GONE)

    def _open(self) -> Iterator[tuple[str, str, ActionStateTypeDef]]:
        """Yield each approval that waits: the execution, the action, and its state."""
        for stage in self._client.get_pipeline_state(name=self._name)["stageStates"]:
            execution = stage.get("latestExecution", {}).get("pipelineExecutionId", "")
            for state in stage.get("actionStates", []):
                action, latest = f"{stage['stageName']}/{state['actionName']}", state.get("latestExecution", {})
                if action in self._approvals and latest.get("status") == "InProgress" and latest.get("token"):
                    yield execution, action, state


def _changes(detail: ActionExecutionDetailTypeDef) -> Iterator[ActionChange]:
    """Yield the changes that CodePipeline's record of an action stands for: its start and, if it has ended, its end."""
    execution, action = detail["pipelineExecutionId"], action_id(detail)
    started = ActionChange(execution, action, detail["actionExecutionId"], "STARTED", detail["startTime"])
    yield started
    if end := _ENDS.get(detail["status"]):
        result = detail.get("output", {}).get("executionResult", {})
        yield replace(
            started,
            status=end,
            at=detail["lastUpdateTime"],
            summary=result.get("externalExecutionSummary", ""),
            log_url=result.get("externalExecutionUrl", ""),
        )
