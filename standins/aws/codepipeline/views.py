"""Executions and action runs as the API shows them."""

from collections.abc import Mapping
from typing import Any

from standins.aws.codepipeline.records import ActionRun, Execution, Location, Revision, Status

type View = dict[str, Any]

LONGEST_SUMMARY = 2048


def execution_detail(execution: Execution) -> View:
    """An execution as GetPipelineExecution shows it."""
    return {
        **_execution(execution),
        "pipelineName": execution.definition.name,
        "pipelineVersion": execution.definition.version,
        "artifactRevisions": [
            present({"name": name, "revisionId": revision.id, "revisionSummary": revision.summary})
            for name, revision in _artifact_revisions(execution)
        ],
        "variables": [{"name": name, "resolvedValue": value} for name, value in execution.variables.items()],
    }


def execution_summary(execution: Execution) -> View:
    """An execution as ListPipelineExecutions shows it."""
    summary = {
        **_execution(execution),
        "startTime": execution.started,
        "lastUpdateTime": execution.updated,
        "sourceRevisions": [_revision(action, revision) for action, revision in execution.revisions.items()],
    }
    return summary | ({"stopTrigger": {"reason": execution.stop_reason}} if execution.stop_reason else {})


def action_execution(run: ActionRun) -> View:
    """An action run as ListActionExecutions shows it."""
    return present(
        {
            "pipelineExecutionId": run.execution.id,
            "actionExecutionId": run.id,
            "pipelineVersion": run.execution.definition.version,
            "stageName": run.stage.name,
            "actionName": run.action.name,
            "startTime": run.started,
            "lastUpdateTime": run.updated,
            "updatedBy": run.outcome.updated_by,
            "status": run.status,
            "input": _input(run),
            "output": _output(run),
        }
    )


def _execution(execution: Execution) -> View:
    view = {
        "pipelineExecutionId": execution.id,
        "status": execution.status,
        "statusSummary": execution.summary,
        "trigger": {"triggerType": execution.trigger.kind, "triggerDetail": execution.trigger.detail},
        "executionMode": "QUEUED" if execution.definition.queued else "SUPERSEDED",
        "executionType": execution.kind,
    }
    if execution.rollback_of:
        view["rollbackMetadata"] = {"rollbackTargetPipelineExecutionId": execution.rollback_of}
    return present(view)


def _input(run: ActionRun) -> View:
    return present(
        {
            "actionTypeId": run.action.type_id,
            "configuration": dict(run.action.configuration),
            "resolvedConfiguration": dict(run.configuration),
            "region": run.execution.definition.region,
            "inputArtifacts": _artifacts(run.inputs),
            "namespace": run.action.namespace,
        }
    )


def _output(run: ActionRun) -> View:
    result = {
        "externalExecutionId": run.outcome.external_id,
        "externalExecutionSummary": run.outcome.summary[:LONGEST_SUMMARY],
        "externalExecutionUrl": run.outcome.external_url,
        "errorDetails": failure_of(run),
    }
    return {
        "outputArtifacts": _artifacts(run.outputs) if run.status is Status.SUCCEEDED else [],
        "executionResult": present(result),
        "outputVariables": dict(run.outcome.variables),
    }


def _artifacts(located: Mapping[str, Location]) -> list[View]:
    return [{"name": name, "s3location": {"bucket": at.bucket, "key": at.key}} for name, at in located.items()]


def _artifact_revisions(execution: Execution) -> list[tuple[str, Revision]]:
    actions = {action.name: action for _, action in execution.definition.actions()}
    return [(artifact, at) for name, at in execution.revisions.items() for artifact in actions[name].outputs]


def _revision(action: str, revision: Revision) -> View:
    view = {"actionName": action, "revisionId": revision.id, "revisionSummary": revision.summary}
    return present({**view, "revisionUrl": revision.url})


def failure_of(run: ActionRun) -> View | None:
    """Why an action run has failed, if it has."""
    failure = run.outcome.failure
    return {"code": failure.code, "message": failure.message} if failure else None


def present(view: View) -> View:
    """Leave out what there is nothing to say about: the model has no empty strings, answers have no nulls."""
    return {key: value for key, value in view.items() if value not in (None, "")}
