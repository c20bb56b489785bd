"""What CodePipeline's state change events and approval notices mean for releases."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from slipway.models import ActionChange, Json, PipelineStep, Question, State

BUILD = "Build/BuildImage"
_ENDED = {
    "FAILED": State.FAILED,
    "SUPERSEDED": State.SUPERSEDED,
    "STOPPED": State.STOPPED,
    "CANCELED": State.STOPPED,
}


@dataclass(frozen=True, slots=True)
class Course:
    """Which state the start, or the success, of each action (`Stage/Action`) puts a release into.

    An empty name in `succeeded` is the whole execution; `approvals` are the actions whose failure is a rejection.
    """

    started: Mapping[str, State]
    approvals: Collection[str]
    succeeded: Mapping[str, State] = field(default_factory=dict)


OWN = Course(
    started={
        "Build/OpenRelease": State.BUILDING,
        "Staging/Deploy": State.STAGING,
        "Staging/SmokeTest": State.TESTING,
        "Staging/Approve": State.WAITING,
        "Production/Check": State.RELEASING,
        "Production/Deploy": State.RELEASING,
        "Production/Verify": State.VERIFYING,
    },
    approvals=("Staging/Approve",),
    succeeded={"": State.LIVE},
)


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


def own_step_of(event: Json) -> PipelineStep | None:
    """Return the step in a state change event of the stack's own pipeline; None if it changes no release."""
    change = change_of(event)
    return step_of(OWN, change, 1) if change else None


def step_of(course: Course, change: ActionChange, attempt: int) -> PipelineStep | None:
    """Return the step that a change means for its release, which is in attempt `attempt`; None if it means none."""
    state = _state_after(course, change)
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


def built_execution(event: Json) -> str:
    """Return the id of the execution whose image was built, if that is what an event says; otherwise empty."""
    change = change_of(event)
    return change.execution_id if change and (change.status, change.action) == ("SUCCEEDED", BUILD) else ""


def question_of(notice: Json, at: datetime) -> tuple[str, Question]:
    """Return the release id and the question of an approval notice, as CodePipeline publishes it to SNS.

    The notice has no execution id: the release id comes in the action's custom data.
    """
    approval = notice["approval"]
    expires = datetime.fromisoformat(approval["expires"])
    question = Question(approval["token"], at, expires, approval.get("approvalReviewLink", ""))
    return str(json.loads(approval["customData"])["release_id"]), question


def _state_after(course: Course, change: ActionChange) -> State | None:
    """Return the state that a change puts its release into; None for none."""
    if change.status == "STARTED":
        return course.started.get(change.action)
    if change.status == "SUCCEEDED":
        return course.succeeded.get(change.action)
    if not change.action:
        return _ENDED.get(change.status)
    if change.status != "FAILED":
        return None
    return State.REJECTED if change.action in course.approvals else State.FAILED


def _reason(change: ActionChange) -> str:
    """Return why an action failed, with its name; empty for the execution as a whole."""
    if not change.action:
        return ""
    return f"{change.action.replace('/', ' / ')}: {change.summary or 'failed without a word; see its log'}"
