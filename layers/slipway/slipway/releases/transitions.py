"""How a release moves: one way down its states, whatever order the news comes in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from slipway.models import Answer, Approval, Decision, Progress, Release, State

_ORDER = list(State)
TAKEN: dict[State, Decision] = {State.RELEASING: "approved", State.REJECTED: "rejected"}


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


def _times(release: Release, state: State, at: datetime) -> dict[State, datetime]:
    """Add a state's time; a failure that turns out to be an answer, or the lack of one, never was one."""
    explained = release.state is State.FAILED and state in (State.REJECTED, State.EXPIRED, State.SUPERSEDED)
    kept = {before: then for before, then in release.times.items() if not (explained and before is State.FAILED)}
    return {**kept, state: at}


def _answered(release: Release, progress: Progress) -> Release:
    """Learn from what the pipeline does whether it took the answer that was on its way to it."""
    taken = TAKEN.get(progress.state)
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
