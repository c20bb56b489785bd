"""The transitions of a release: one way down its states, in whatever order events arrive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from slipway.models import Approval, Decision, Outcome, PipelineStep, Question, Release, State

_ORDER = list(State)
TAKEN: dict[State, Outcome] = {State.RELEASING: "approved", State.REJECTED: "rejected"}


def apply(release: Release, progress: PipelineStep) -> Release:
    """Return a release after a step: late and duplicate steps change nothing, a retried stage goes back."""
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
        log_url=progress.log_url or ("" if retried else release.log_url),
        queueing=replace(release.queueing, built_at=None, blocked_by="") if left else release.queueing,
    )


def asking(question: Question) -> Callable[[Release], Release]:
    """Make the change that puts a question to the approvers."""

    def change(release: Release) -> Release:
        last = release.approval.question
        known = last and (last.token == question.token or last.asked_at >= question.asked_at)  # SNS keeps no order
        stale = release.state.ended and question.asked_at <= release.times[release.state]
        past = release.state in (State.RELEASING, State.VERIFYING, State.LIVE, State.RETIRED, State.ROLLED_BACK)
        if known or stale or past:
            return release
        return replace(
            release,
            state=State.WAITING,
            times={**release.times, State.WAITING: question.asked_at},
            approval=Approval(question),
            queueing=replace(release.queueing, superseded_by=""),
            reason="",
            log_url="",
        )

    return change


def _times(release: Release, state: State, at: datetime) -> dict[State, datetime]:
    """Add a state's time; a failure that turns out to be an answer, or the lack of one, never was one."""
    explained = release.state is State.FAILED and state in (State.REJECTED, State.EXPIRED, State.SUPERSEDED)
    kept = {before: then for before, then in release.times.items() if not (explained and before is State.FAILED)}
    return {**kept, state: at}


def _answered(release: Release, progress: PipelineStep) -> Release:
    """Learn from what the pipeline does whether it took the answer that was on its way to it."""
    taken = TAKEN.get(progress.state)
    if taken is None or release.approval.decision:
        return release
    approval = replace(release.approval, pending_decision=None, decision=_taken(release, progress, taken))
    return replace(release, approval=approval)


def _taken(release: Release, progress: PipelineStep, taken: Outcome) -> Decision | None:
    """Tell our own decision from an answer that was faster, and from a time that was over."""
    ours = release.approval.pending_decision
    if ours is None or ours.outcome != taken:
        return progress.decision
    if progress.decision:
        return ours.or_else(progress.decision)
    return None if taken == "rejected" and _is_late(release, progress) else ours


def _is_late(release: Release, progress: PipelineStep) -> bool:
    return bool(release.approval.question and progress.at >= release.approval.question.expires)


def _further(current: State, new: State) -> bool:
    return not current.ended and _ORDER.index(new) > _ORDER.index(current)


def _explains(release: Release, progress: PipelineStep) -> bool:
    """The pipeline's own failure says nothing of why; it may be told before that of the action behind it."""
    unexplained = release.state is State.FAILED and not release.reason
    return unexplained and bool(progress.action) and progress.state in (State.FAILED, State.REJECTED)


def _how_it_ended(release: Release, progress: PipelineStep) -> State:
    """An approval fails both when somebody says no and when nobody says anything in time."""
    if progress.state is State.REJECTED and release.approval.decision and release.approval.decision.source == "slipway":
        return State.SUPERSEDED
    if progress.state is State.REJECTED and _is_late(release, progress) and not release.approval.decision:
        return State.EXPIRED
    return progress.state
