"""How a release moves: one way down its states, whatever order the news comes in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from slipway.errors import Conflict, NotFound
from slipway.models import Answer, Approval, Commit, Decision, Json, Progress, Release, SmokeSummary, State
from slipway.ports import Bucket, Ledger, Pipeline
from slipway.rounds import each

_STARTED = {
    ("Build", "OpenRelease"): State.BUILDING,
    ("Staging", "Deploy"): State.STAGING,
    ("Staging", "SmokeTest"): State.TESTING,
    ("Staging", "Approve"): State.WAITING,
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
_ORDER = list(State)
BUILD = "Build / BuildImage"
_TAKEN: dict[State, Decision] = {State.RELEASING: "approved", State.REJECTED: "rejected"}
REASON_LIMIT = 2000  # bytes
STRANDED = timedelta(minutes=40)  # an upload's message is delivered five times within half an hour


def progress_of(event: Json) -> Progress | None:
    """Read a CodePipeline state change event; None if it moves nothing."""
    detail = event["detail"]
    state = _action_state(detail) if "action" in detail else _pipeline_state(detail)
    if state is None:
        return None
    return Progress(
        execution_id=detail["execution-id"],
        state=state,
        at=datetime.fromisoformat(event["time"]),
        attempt=int(detail.get("pipeline-execution-attempt", 1)),
        reason=_reason(detail) if state.ended else "",
        action=f"{detail['stage']} / {detail['action']}" if "action" in detail else "",
        log=detail.get("execution-result", {}).get("external-execution-url", "") if state.ended else "",
    )


def built(event: Json) -> str:
    """Give the execution whose image an event tells to be built, empty if it tells of something else."""
    detail = event["detail"]
    done = detail["state"] == "SUCCEEDED" and f"{detail.get('stage')} / {detail.get('action')}" == BUILD
    return str(detail["execution-id"]) if done else ""


def _action_state(detail: Json) -> State | None:
    if detail["state"] == "STARTED":
        return _STARTED.get((detail["stage"], detail["action"]))
    if detail["state"] == "FAILED":
        return State.REJECTED if detail.get("type", {}).get("category") == "Approval" else State.FAILED
    return None


def _pipeline_state(detail: Json) -> State | None:
    return None if "stage" in detail else _ENDED.get(detail["state"])


def _reason(detail: Json) -> str:
    if "action" not in detail or detail.get("type", {}).get("category") == "Approval":
        return ""
    said = detail.get("execution-result", {}).get("external-execution-summary", "")
    return f"{detail['stage']} / {detail['action']}: {said or 'failed without a word; see its log'}"


def moved(release: Release, progress: Progress) -> Release:
    """Apply a step: late and duplicate news change nothing, a retried stage may go back."""
    retried = progress.attempt > release.attempt
    news = _further(release.state, progress.state) or _explains(release, progress)
    if not retried and (progress.attempt < release.attempt or not news):
        return release
    # A release that waits has a reason only while staging is wrong: it is not why anything else happened to it.
    kept = "" if retried or release.state is State.WAITING else release.reason
    release = _answered(release, progress)
    state = _how_it_ended(release, progress)
    left = state is not State.BUILDING
    return replace(
        release,
        state=state,
        times=_times(release, state, progress.at),
        attempt=progress.attempt,
        reason=progress.reason or kept,
        log=progress.log or ("" if retried else release.log),
        at_gate=None if left else release.at_gate,
        behind="" if left else release.behind,
    )


def _times(release: Release, state: State, at: datetime) -> dict[State, datetime]:
    """Add a state's time; a failure that turns out to be an answer, or the lack of one, never was one."""
    explained = release.state is State.FAILED and state in (State.REJECTED, State.EXPIRED, State.SUPERSEDED)
    kept = {before: then for before, then in release.times.items() if not (explained and before is State.FAILED)}
    return {**kept, state: at}


def _answered(release: Release, progress: Progress) -> Release:
    """Learn from what the pipeline does whether it took the answer that was on its way to it."""
    taken = _TAKEN.get(progress.state)
    if taken is None or release.answer:
        return release
    return replace(release, deciding=None, answer=_taken(release, progress, taken))


def _taken(release: Release, progress: Progress, taken: Decision) -> Answer | None:
    """Tell our own decision from an answer that was faster, and from a time that was over."""
    ours = release.deciding
    if ours is None or ours.decision != taken:
        return progress.answer
    if progress.answer:
        return ours.or_else(progress.answer)
    return None if taken == "rejected" and _is_late(release, progress) else ours


def _is_late(release: Release, progress: Progress) -> bool:
    return bool(release.approval and progress.at >= release.approval.expires)


def _further(current: State, new: State) -> bool:
    return not current.ended and _ORDER.index(new) > _ORDER.index(current)


def _explains(release: Release, progress: Progress) -> bool:
    """The pipeline's own failure says nothing of why; it may be told before that of the action behind it."""
    unexplained = release.state is State.FAILED and not release.reason
    return unexplained and bool(progress.action) and progress.state in (State.FAILED, State.REJECTED)


def _how_it_ended(release: Release, progress: Progress) -> State:
    """An approval fails both when somebody says no and when nobody says anything in time."""
    if progress.state is State.REJECTED and release.answer and release.answer.source == "slipway":
        return State.SUPERSEDED
    if progress.state is State.REJECTED and _is_late(release, progress) and not release.answer:
        return State.EXPIRED
    return progress.state


def record(ledger: Ledger, bucket: Bucket, pipeline: Pipeline, progress: Progress) -> Release | None:
    """Move the release that an execution carries; an execution without one (yet) moves nothing."""
    release = ledger.release_of(progress.execution_id)
    if release is None:
        return _rolled_back(ledger, pipeline, progress)
    if progress.state is State.LIVE:
        return ledger.go_live(release.id, progress.at, attempt=progress.attempt)
    if progress.state is State.FAILED and progress.action == BUILD:
        # CodePipeline knows that a command of the build failed; the build's own sentence says why.
        said = bucket.text(f"evidence/{release.id}/build.txt", REASON_LIMIT)
        progress = replace(progress, reason=said or progress.reason)
    if _failed_while_waiting(release, progress) and not _approved(release, pipeline, progress):
        # The action's own event, which says that the approval failed, may be told after the pipeline's.
        progress = replace(progress, state=State.REJECTED)
    if progress.state in _TAKEN and not release.answer:
        progress = replace(progress, answer=_in_time(release, pipeline.answered(progress.execution_id)))
    return ledger.change(release.id, lambda current: moved(current, progress))


def _failed_while_waiting(release: Release, progress: Progress) -> bool:
    told = progress.state is State.FAILED and not progress.action
    return told and release.state is State.WAITING and progress.attempt == release.attempt


def _approved(release: Release, pipeline: Pipeline, progress: Progress) -> bool:
    """Tell whether the pipeline went on, and the news of that are still to come."""
    answer = release.answer or release.deciding or pipeline.answered(progress.execution_id)
    return answer is not None and answer.decision == "approved"


def _in_time(release: Release, answer: Answer | None) -> Answer | None:
    """Tell an answer from an approval that nobody gave in time: that one is failed by CodePipeline."""
    late = answer and release.approval and answer.at >= release.approval.expires
    return None if late else answer


def _rolled_back(ledger: Ledger, pipeline: Pipeline, progress: Progress) -> Release | None:
    """Follow a rollback, which is an execution of its own: what it went back to is live again."""
    if progress.state is not State.LIVE:
        return None
    target = ledger.release_of(pipeline.rolls_back_to(progress.execution_id))
    return ledger.go_live(target.id, progress.at, back=True) if target else None


def reconcile(ledger: Ledger, bucket: Bucket, pipeline: Pipeline, now: datetime) -> Iterator[Release]:
    """End every release whose execution has ended without our hearing of it: EventBridge promises no delivery."""

    def step(release: Release) -> Release | None:
        state = pipeline.state_of(release.execution_id) if release.execution_id else None
        if state is None:
            return None
        ended = record(ledger, bucket, pipeline, Progress(release.execution_id, state, now, release.attempt))
        return ended if ended and ended.state is not release.state else None

    return each(ledger.unfinished(), step)


def to_start(release: Release) -> bool:
    """Tell whether a release still needs an execution to carry it."""
    return release.state is State.RECEIVED and not release.execution_id


def start(ledger: Ledger, pipeline: Pipeline, release: Release) -> Release:
    """Have an execution carry a release: the same one, however often it is started."""
    execution_id = pipeline.start(release.id, release.commit)
    ledger.bind(release.id, execution_id)
    return ledger.change(release.id, lambda current: replace(current, execution_id=execution_id))


def start_stranded(ledger: Ledger, pipeline: Pipeline, now: datetime) -> Iterator[Release]:
    """Start what nobody will start any more, because its folder has changed since; not behind a newer release."""

    def step(release: Release) -> Release | None:
        if not to_start(release) or now < release.times[State.RECEIVED] + STRANDED:
            return None
        if _is_newest(ledger, release):
            return start(ledger, pipeline, release)
        reason = "Its pipeline could not be started before a newer release was opened."
        return ledger.change(release.id, _superseded(now, reason))

    return each(ledger.unfinished(), step)


def _is_newest(ledger: Ledger, release: Release) -> bool:
    try:
        ledger.release(f"{release.model}-r{release.number + 1}")
    except NotFound:
        return True
    return False


def _superseded(at: datetime, reason: str) -> Callable[[Release], Release]:
    def change(release: Release) -> Release:
        if not to_start(release):
            return release
        times = {**release.times, State.SUPERSEDED: at}
        return replace(release, state=State.SUPERSEDED, times=times, reason=reason)

    return change


def question_of(notice: Json, at: datetime) -> tuple[str, Approval]:
    """Read CodePipeline's approval notice: the release it is about, and the question.

    The notice has no execution id; the release's comes in the action's custom data.
    """
    approval = notice["approval"]
    expires = datetime.fromisoformat(approval["expires"])
    question = Approval(approval["token"], at, expires, approval.get("approvalReviewLink", ""))
    return str(json.loads(approval["customData"])["release_id"]), question


def ask(ledger: Ledger, release_id: str, approval: Approval) -> Release:
    """Record that an answer is due; the same notice twice asks once."""
    return ledger.change(release_id, asking(approval))


def asking(approval: Approval) -> Callable[[Release], Release]:
    """Make the change that puts a question to the approvers."""

    def change(release: Release) -> Release:
        last = release.approval
        known = last and (last.token == approval.token or last.asked_at >= approval.asked_at)  # SNS keeps no order
        stale = release.state.ended and approval.asked_at <= release.times[release.state]
        past = release.state in (State.RELEASING, State.VERIFYING, State.LIVE, State.RETIRED, State.ROLLED_BACK)
        if known or stale or past:
            return release
        times = {**release.times, State.WAITING: approval.asked_at}
        fresh = replace(
            release, approval=approval, answer=None, votes=(), deciding=None, reminders=(), newer="", reason=""
        )
        return replace(fresh, state=State.WAITING, times=times, log="")

    return change


def open_for_execution(ledger: Ledger, release_id: str, execution_id: str, commit: Commit, at: datetime) -> Release:
    """Bind an execution to its release; a code push (`auto`) opens a new release of what is live."""
    release = ledger.release_of(execution_id) or _release_for(ledger, release_id, execution_id, at)
    if release.execution_id not in ("", execution_id):
        raise Conflict(
            f"{release.id} is carried by another execution, {release.execution_id}: upload it again instead."
        )
    started = Progress(execution_id, State.BUILDING, at, attempt=release.attempt)

    def carried(current: Release) -> Release:
        code = replace(current, commit=commit.id, commit_author=commit.author, commit_message=commit.message)
        return moved(replace(code, repository=commit.repository, execution_id=execution_id), started)

    return ledger.change(release.id, carried)


def _release_for(ledger: Ledger, release_id: str, execution_id: str, at: datetime) -> Release:
    if release_id != "auto":
        release = ledger.release(release_id)
        if release.execution_id in ("", execution_id):
            ledger.bind(release_id, execution_id)
        return release
    live = ledger.live()
    if live is None:
        raise NotFound("No model has been approved yet, so there is nothing to release: upload one first.")
    return ledger.open_again(live, execution_id, at)


def tested(ledger: Ledger, release_id: str, target: str, summary: SmokeSummary) -> Release:
    """Record what a smoke test found."""

    def change(release: Release) -> Release:
        known = decided_on(release, target)
        return release if known else replace(release, smoke={**release.smoke, target: summary})

    return ledger.change(release_id, change)


def decided_on(release: Release, target: str) -> bool:
    """Tell whether people are deciding on this evidence just now: a late delivery must not replace it."""
    return target == "staging" and release.state is State.WAITING
