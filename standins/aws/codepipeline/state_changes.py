"""The events of pipelines, stages and actions, in the shapes AWS documents for EventBridge."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from standins.aws.codepipeline.records import ActionRun, Execution, Location, Status

type StateChange = tuple[str, dict[str, Any]]

RESUMED = "RESUMED"


def pipeline_change(execution: Execution, state: str) -> StateChange:
    """Tell that an execution has reached a state."""
    detail = _common(execution, state, execution.started)
    if state == "STARTED":
        trigger = execution.trigger
        detail["execution-trigger"] = {"trigger-type": trigger.kind, "trigger-detail": trigger.detail}
    if execution.stop_reason and state in ("STOPPING", "STOPPED"):
        detail["stop-execution-comments"] = execution.stop_reason
    return "CodePipeline Pipeline Execution State Change", detail


def stage_change(execution: Execution, stage: str, state: str) -> StateChange:
    """Tell that a stage has reached a state in an execution."""
    detail = _common(execution, state, execution.stage_started[stage]) | {"stage": stage}
    if state == RESUMED:
        detail["stage-last-retry-attempt-time"] = timestamp(execution.retries[stage])
        del detail["start-time"]
    return "CodePipeline Stage Execution State Change", detail


def action_change(run: ActionRun, state: str) -> StateChange:
    """Tell that an action run has reached a state."""
    detail = _common(run.execution, state, run.started) | {
        "stage": run.stage.name,
        "action": run.action.name,
        "action-execution-id": run.id,
        "region": run.execution.definition.region,
        "type": run.action.type_id,
    }
    # The documented samples of these states lack what those of all others have.
    if missing := {"STARTED": "region", "ABANDONED": "start-time"}.get(state):
        del detail[missing]
    if result := dict(_result(run)):
        detail["execution-result"] = result
    if state == "STARTED" and run.inputs:
        detail["input-artifacts"] = _artifacts(run.inputs)
    if state == "SUCCEEDED" and run.outputs:
        detail["output-artifacts"] = _artifacts(run.outputs)
    return "CodePipeline Action Execution State Change", detail


def event_state(status: Status) -> str:
    """The events' word for a status of the API."""
    return {Status.IN_PROGRESS: "STARTED", Status.CANCELLED: "CANCELED"}.get(status, status.upper())


def timestamp(moment: datetime) -> str:
    """A time in milliseconds, the way the events' details carry it."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _common(execution: Execution, state: str, started: datetime) -> dict[str, Any]:
    return {
        "pipeline": execution.definition.name,
        "execution-id": execution.id,
        "start-time": timestamp(started),
        "state": state,
        # AWS sends both numbers as floats.
        "version": float(execution.definition.version),
        "pipeline-execution-attempt": float(execution.attempt),
    }


def _result(run: ActionRun) -> Iterator[tuple[str, str]]:
    # The documented events of approvals carry no result.
    if run.action.category == "Approval":
        return
    outcome = run.outcome
    summary = outcome.failure.message if outcome.failure else outcome.summary
    if outcome.external_url:
        yield "external-execution-url", outcome.external_url
    if summary:
        yield "external-execution-summary", summary
    if outcome.external_id:
        yield "external-execution-id", outcome.external_id
    if outcome.failure:
        yield "error-code", outcome.failure.code


def _artifacts(located: Mapping[str, Location]) -> list[dict[str, Any]]:
    return [{"name": name, "s3location": {"bucket": place.bucket, "key": place.key}} for name, place in located.items()]
