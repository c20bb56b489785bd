"""What changes of an existing pipeline's actions mean for the release that an execution carries."""

from __future__ import annotations

from datetime import datetime

from slipway.models import ActionChange, ExistingPipeline, Json, PipelineStep, State

_ENDED = {
    "FAILED": State.FAILED,
    "SUPERSEDED": State.SUPERSEDED,
    "STOPPED": State.STOPPED,
    "CANCELED": State.STOPPED,
}


def change_of(event: Json) -> ActionChange | None:
    """Return the change in a state change event of an execution or an action; None for an event of a stage."""
    detail = event["detail"]
    if "stage" in detail and "action" not in detail:
        return None
    result = detail.get("execution-result", {})
    return ActionChange(
        execution_id=detail["execution-id"],
        action=f"{detail['stage']}/{detail['action']}" if "action" in detail else "",
        id=detail.get("action-execution-id", ""),
        status=detail["state"],
        at=datetime.fromisoformat(event["time"]),
        attempt=int(detail.get("pipeline-execution-attempt", 0)),
        summary=result.get("external-execution-summary", ""),
        log_url=result.get("external-execution-url", ""),
    )


def step_of(existing: ExistingPipeline, change: ActionChange, attempt: int) -> PipelineStep | None:
    """Return the step that a change means for its release, which is in attempt `attempt`; None if it means none.

    That an execution has succeeded is no step: a release is live when production was tested.
    """
    state = _action_state(existing, change) if change.action else _ENDED.get(change.status)
    if state is None:
        return None
    return PipelineStep(
        execution_id=change.execution_id,
        state=state,
        at=change.at,
        attempt=change.attempt or attempt,
        reason=_reason(change) if state is State.FAILED else "",
        action=change.action.replace("/", " / "),
        log_url=change.log_url if state.ended else "",
    )


def _action_state(existing: ExistingPipeline, change: ActionChange) -> State | None:
    """Return the state that a change of an action puts its release into; None for none."""
    if change.status == "STARTED":
        return _started(existing).get(change.action)
    if change.status == "SUCCEEDED" and change.action == existing.production.action:
        return State.VERIFYING
    if change.status == "FAILED":
        return State.REJECTED if change.action in existing.approvals else State.FAILED
    return None


def _started(existing: ExistingPipeline) -> dict[str, State]:
    """Return the state that the start of an action puts a release into, by the action's id."""
    return {
        **dict.fromkeys(existing.builds, State.BUILDING),
        existing.staging.action: State.STAGING,
        **dict.fromkeys(existing.approvals, State.TESTING),
        existing.production.action: State.RELEASING,
    }


def _reason(change: ActionChange) -> str:
    """Return why an action failed, with its name; empty for the execution as a whole."""
    if not change.action:
        return ""
    return f"{change.action.replace('/', ' / ')}: {change.summary or 'failed without a word; see its log'}"
