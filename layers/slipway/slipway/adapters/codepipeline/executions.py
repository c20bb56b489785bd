"""What CodePipeline tells of a pipeline's executions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from slipway.models import State

if TYPE_CHECKING:
    from mypy_boto3_codepipeline import CodePipelineClient
    from mypy_boto3_codepipeline.type_defs import ActionExecutionDetailTypeDef, PipelineExecutionTypeDef

_ENDED = {
    "Succeeded": State.LIVE,
    "Failed": State.FAILED,
    "Superseded": State.SUPERSEDED,
    "Stopped": State.STOPPED,
    "Cancelled": State.STOPPED,
}


class Executions:
    """The executions of the pipeline of a name."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._client: CodePipelineClient = boto3.client("codepipeline")

    def state_of(self, execution_id: str) -> State | None:
        """Return how an execution ended, as a state of its release; None while it runs."""
        return _ENDED.get(self._execution(execution_id).get("status", ""))

    def revision_of(self, execution_id: str) -> tuple[str, str]:
        """Return the message of an execution's commit, and the provider of its source: `GitHub`, empty if unknown."""
        revisions = self._execution(execution_id).get("artifactRevisions", [])
        return message_and_provider(revisions[0].get("revisionSummary", "")) if revisions else ("", "")

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

    def rolls_back_to(self, execution_id: str) -> str:
        """Return the id of the execution that an execution rolls back to; empty if it is no rollback."""
        return self._execution(execution_id).get("rollbackMetadata", {}).get("rollbackTargetPipelineExecutionId", "")

    def _execution(self, execution_id: str) -> PipelineExecutionTypeDef:
        """Return CodePipeline's record of an execution; empty if it forgot it."""
        try:
            found = self._client.get_pipeline_execution(pipelineName=self._name, pipelineExecutionId=execution_id)
        except self._client.exceptions.PipelineExecutionNotFoundException:
            return {}  # older than the year that CodePipeline remembers
        return found["pipelineExecution"]

    def _actions(self, execution_id: str) -> Iterator[ActionExecutionDetailTypeDef]:
        """Yield CodePipeline's records of an execution's actions."""
        pages = self._client.get_paginator("list_action_executions").paginate(
            pipelineName=self._name, filter={"pipelineExecutionId": execution_id}
        )
        return (one for page in pages for one in page["actionExecutionDetails"])


def action_id(detail: ActionExecutionDetailTypeDef) -> str:
    """Return the id of an action: `Stage/Action`."""
    return f"{detail['stageName']}/{detail['actionName']}"


def message_and_provider(summary: str) -> tuple[str, str]:
    """Return the commit message and the source's provider in a revision's summary; connections wrap both into JSON."""
    try:
        wrapped = json.loads(summary)
    except ValueError:
        return summary, ""
    if not isinstance(wrapped, dict):
        return summary, ""
    return str(wrapped.get("CommitMessage", "")), str(wrapped.get("ProviderType", ""))
