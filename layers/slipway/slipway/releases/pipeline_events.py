"""Parsing CodePipeline's state change events and approval notices."""

from __future__ import annotations

import json
from datetime import datetime

from slipway.models import Json, PipelineStep, Question, State

_STARTED = {
    ("Build", "OpenRelease"): State.BUILDING,
    ("Staging", "Deploy"): State.STAGING,
    ("Staging", "SmokeTest"): State.TESTING,
    ("Staging", "Approve"): State.WAITING,
    ("Production", "Check"): State.RELEASING,
    ("Production", "Deploy"): State.RELEASING,
    ("Production", "Verify"): State.VERIFYING,
}
_ENDED = {
    "SUCCEEDED": State.LIVE,
    "FAILED": State.FAILED,
    "SUPERSEDED": State.SUPERSEDED,
    "STOPPED": State.STOPPED,
    "CANCELED": State.STOPPED,
}
BUILD = "Build / BuildImage"


def step_of(event: Json) -> PipelineStep | None:
    """Return the step in a state change event of an execution or an action; None if it changes no release."""
    detail = event["detail"]
    state = _action_state(detail) if "action" in detail else _pipeline_state(detail)
    if state is None:
        return None
    return PipelineStep(
        execution_id=detail["execution-id"],
        state=state,
        at=datetime.fromisoformat(event["time"]),
        attempt=int(detail.get("pipeline-execution-attempt", 1)),
        reason=_reason(detail) if state.ended else "",
        action=f"{detail['stage']} / {detail['action']}" if "action" in detail else "",
        log_url=detail.get("execution-result", {}).get("external-execution-url", "") if state.ended else "",
    )


def built_execution(event: Json) -> str:
    """Return the id of the execution whose image was built, if that is what an event says; otherwise empty."""
    detail = event["detail"]
    built = detail["state"] == "SUCCEEDED" and f"{detail.get('stage')} / {detail.get('action')}" == BUILD
    return str(detail["execution-id"]) if built else ""


def question_of(notice: Json, at: datetime) -> tuple[str, Question]:
    """Return the release id and the question of an approval notice, as CodePipeline publishes it to SNS.

    The notice has no execution id: the release id comes in the action's custom data.
    """
    approval = notice["approval"]
    expires = datetime.fromisoformat(approval["expires"])
    question = Question(approval["token"], at, expires, approval.get("approvalReviewLink", ""))
    return str(json.loads(approval["customData"])["release_id"]), question


def _action_state(detail: Json) -> State | None:
    """Return the state that an action's event puts a release into; None if it puts it into none."""
    if detail["state"] == "STARTED":
        return _STARTED.get((detail["stage"], detail["action"]))
    if detail["state"] == "FAILED":
        return State.REJECTED if detail.get("type", {}).get("category") == "Approval" else State.FAILED
    return None


def _pipeline_state(detail: Json) -> State | None:
    """Return the state in which an execution's event ends a release; None if it does not end it."""
    return None if "stage" in detail else _ENDED.get(detail["state"])


def _reason(detail: Json) -> str:
    """Return why an action failed, with its name; empty for the approval, and for the pipeline as a whole."""
    if "action" not in detail or detail.get("type", {}).get("category") == "Approval":
        return ""
    summary = detail.get("execution-result", {}).get("external-execution-summary", "")
    return f"{detail['stage']} / {detail['action']}: {summary or 'failed without a word; see its log'}"
