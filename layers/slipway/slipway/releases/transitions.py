"""The state transitions of a release: forward only, in whatever order and however often events arrive."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from slipway.models import Decision, Outcome, PipelineStep, Release, State

_ORDER = list(State)
# What a step tells of the approval before it.
IMPLIED_OUTCOME: dict[State, Outcome] = {State.RELEASING: "approved", State.REJECTED: "rejected"}


def apply(release: Release, step: PipelineStep) -> Release:
    """Return a release after a step: late and duplicate steps change nothing, a retried stage may move it back."""
    retried = step.attempt > release.attempt
    is_new = _is_later(release.state, step.state) or _explains_failure(release, step)
    if not retried and (step.attempt < release.attempt or not is_new):
        return release
    # The reason of a waiting release says what is wrong with staging now, not why the release ended.
    kept_reason = "" if retried or release.state is State.WAITING else release.reason
    release = _with_decision(release, step)
    state = _resulting_state(release, step)
    past_build = state is not State.BUILDING
    return replace(
        release,
        state=state,
        times=_times(release, state, step.at),
        attempt=step.attempt,
        reason=step.reason or kept_reason,
        log_url=step.log_url or ("" if retried else release.log_url),
        queueing=replace(release.queueing, built_at=None, blocked_by="") if past_build else release.queueing,
    )


def _is_later(current: State, new: State) -> bool:
    """Return whether a state comes after the current one, which has not ended."""
    return not current.ended and _ORDER.index(new) > _ORDER.index(current)


def _explains_failure(release: Release, step: PipelineStep) -> bool:
    """Return whether a step gives the reason that the pipeline's own event, which may arrive first, does not have."""
    unexplained = release.state is State.FAILED and not release.reason
    return unexplained and bool(step.action) and step.state in (State.FAILED, State.REJECTED)


def _with_decision(release: Release, step: PipelineStep) -> Release:
    """Return a release with the decision, no longer pending, that CodePipeline must have accepted before this step."""
    outcome = IMPLIED_OUTCOME.get(step.state)
    if outcome is None or release.approval.decision:
        return release
    decision = _accepted_decision(release, step, outcome)
    return replace(release, approval=replace(release.approval, pending_decision=None, decision=decision))


def _accepted_decision(release: Release, step: PipelineStep, outcome: Outcome) -> Decision | None:
    """Return the pending decision, or the one from the console that was faster; None if nobody answered in time."""
    pending = release.approval.pending_decision
    if pending is None or pending.outcome != outcome:
        return step.decision
    if step.decision:
        return pending.or_else(step.decision)
    return None if outcome == "rejected" and _is_after_expiry(release, step) else pending


def _is_after_expiry(release: Release, step: PipelineStep) -> bool:
    """Return whether a step came after the question expired."""
    return bool(release.approval.question and step.at >= release.approval.question.expires)


def _resulting_state(release: Release, step: PipelineStep) -> State:
    """Return the state that a step leads to: a failed approval may be a rejection, or superseded, or expired."""
    if step.state is not State.REJECTED:
        return step.state
    decision = release.approval.decision
    if decision and decision.source == "slipway":
        return State.SUPERSEDED
    return State.EXPIRED if _is_after_expiry(release, step) and not decision else State.REJECTED


def _times(release: Release, state: State, at: datetime) -> dict[State, datetime]:
    """Return the times of a release with a state's added; a failure that turns out to be an answer is removed."""
    no_failure = release.state is State.FAILED and state in (State.REJECTED, State.EXPIRED, State.SUPERSEDED)
    kept = {known: time for known, time in release.times.items() if not (no_failure and known is State.FAILED)}
    return {**kept, state: at}
