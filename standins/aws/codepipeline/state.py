"""Pipelines as the API shows them: what they are and where they stand."""

from standins.aws.codepipeline.executions import Executions
from standins.aws.codepipeline.records import ActionRun, Execution, StageRecord, Status
from standins.aws.codepipeline.views import LONGEST_SUMMARY, View, failure_of, present


def pipeline_summary(pipeline: Executions) -> View:
    """A pipeline as ListPipelines shows it."""
    declared = pipeline.definition.declaration
    return {
        **{key: declared[key] for key in ("name", "version", "pipelineType", "executionMode")},
        "created": pipeline.created,
        "updated": pipeline.updated,
    }


def pipeline_state(pipeline: Executions) -> View:
    """A pipeline as GetPipelineState shows it, with the tokens of open approvals."""
    return {
        "pipelineName": pipeline.definition.name,
        "pipelineVersion": pipeline.definition.version,
        "stageStates": [
            _stage_state(stage.name, [action.name for action in stage.actions], pipeline.records[stage.name])
            for stage in pipeline.definition.stages
        ],
        "created": pipeline.created,
        "updated": pipeline.updated,
    }


def _stage_state(name: str, actions: list[str], record: StageRecord) -> View:
    waiting = [_stage_execution(execution, Status.IN_PROGRESS) for execution in record.waiting]
    latest = record.latest
    return present(
        {
            "stageName": name,
            "inboundExecution": waiting[-1] if waiting else None,
            "inboundExecutions": waiting,
            "inboundTransitionState": _transition(record),
            "actionStates": [_action_state(action, record.actions.get(action)) for action in actions],
            "latestExecution": _stage_execution(latest, latest.stages[name]) if latest else None,
        }
    )


def _stage_execution(execution: Execution, status: Status) -> View:
    return {"pipelineExecutionId": execution.id, "status": status, "type": execution.kind}


def _transition(record: StageRecord) -> View:
    changed = {"lastChangedBy": record.changed_by, "lastChangedAt": record.changed_at}
    return {
        "enabled": record.closed_because is None,
        **present({**changed, "disabledReason": record.closed_because}),
    }


def _action_state(name: str, run: ActionRun | None) -> View:
    if run is None:
        return {"actionName": name}
    state: View = {"actionName": name, "latestExecution": _latest_run(run)}
    if run.outcome.revision:
        revision = run.outcome.revision
        state["currentRevision"] = {
            "revisionId": revision.id,
            "revisionChangeId": revision.id,
            "created": run.updated,
        }
    return state


def _latest_run(run: ActionRun) -> View:
    outcome = run.outcome
    return present(
        {
            "actionExecutionId": run.id,
            "status": run.status,
            "summary": outcome.summary[:LONGEST_SUMMARY],
            "lastStatusChange": run.updated,
            # Only an open approval has a token: it is what an answer must name.
            "token": run.token if run.status is Status.IN_PROGRESS else None,
            "lastUpdatedBy": outcome.updated_by,
            "externalExecutionId": outcome.external_id,
            "externalExecutionUrl": outcome.external_url,
            "percentComplete": outcome.percent,
            "errorDetails": failure_of(run),
        }
    )
