"""A release's timeline: every step, vote and decision in the order in which they happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from slipway.models import Bake, Decision, Release, State, Vote
from slipway.models.approvals import OVERRIDING

_TITLES = {
    State.RECEIVED: "Received",
    State.BUILDING: "Build begins",
    State.STAGING: "Goes to staging",
    State.TESTING: "Smoke test on staging begins",
    State.WAITING: "Approvers are asked",
    State.RELEASING: "Goes to production",
    State.VERIFYING: "Smoke test on production begins",
    State.LIVE: "Live",
    State.REFUSED: "Refused",
    State.FAILED: "Failed",
    State.REJECTED: "Rejected",
    State.SUPERSEDED: "Superseded",
    State.EXPIRED: "Expired: nobody answered in time",
    State.STOPPED: "Stopped",
    State.ROLLED_BACK: "Rolled back",
    State.RETIRED: "Retired: another release is live",
}
PLACES = {"slack": "in Slack", "page": "on the review page", "console": "in the AWS console", "slipway": "by itself"}
_RANKS = {state: rank for rank, state in enumerate(State)}
_UPLOAD, _VOTE, _REPEAT = -1, _RANKS[State.WAITING] + 0.5, len(_RANKS)  # a vote: after the question, before its result
_ZERO = timedelta()


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened; `after` is the time since the step before, `state` the one that was reached."""

    at: datetime
    title: str
    detail: str = ""
    state: str = ""
    after: timedelta | None = None


def timeline(release: Release) -> list[Step]:
    """Return what happened to a release, in order, each step with the time since the one before."""
    # EventBridge cuts its times to the second: within one, the rank tells what came first.
    ranked = sorted(_steps(release), key=lambda one: (one[1].at.replace(microsecond=0), one[0]))
    steps = [step for _, step in ranked]
    return [*steps[:1], *(replace(now, after=max(now.at - before.at, _ZERO)) for before, now in pairwise(steps))]


def _steps(release: Release) -> Iterator[tuple[float, Step]]:
    """Yield each step with its rank, which orders those of the same second."""
    if release.uploaded_at and not release.previous_release:
        yield _UPLOAD, Step(release.uploaded_at, "Uploaded", release.prefix)
    for state, at in release.times.items():
        yield _RANKS[state], Step(at, _TITLES[state], release.reason if state is release.state else "", state)
    decision = release.approval.decision
    for vote in release.approval.votes:
        if not (decision and vote == decision.vote):
            yield _VOTE, _vote_step(vote, f"{vote.by} votes: {vote.outcome}")
    if decision:
        yield _VOTE, _decision_step(decision)
    yield from _bake_steps(release.bake)
    for repeat in release.repeats:
        yield _REPEAT, Step(repeat.at, "Uploaded again: nothing was started", repeat.prefix)


def _bake_steps(bake: Bake) -> Iterator[tuple[float, Step]]:
    """Yield the alarm that went off after a release went live, or the end of its bake; why is its state's detail."""
    if bake.since:
        yield _REPEAT, Step(bake.since, f"The alarm {bake.alarm} went off")
    if bake.ended:
        yield _REPEAT, Step(bake.ended, "The bake ended without an alarm")


def _decision_step(decision: Decision) -> Step:
    """Return the step of a decision; one of Slipway's own is a withdrawal."""
    if decision.source == "slipway":
        return Step(decision.at, "Withdrawn", decision.reason)
    return _vote_step(decision, f"{decision.outcome.capitalize()} by {decision.by}")


def _vote_step(vote: Vote, title: str) -> Step:
    """Return the step of a vote."""
    return Step(vote.at, f"{title}, {PLACES[vote.source]}{OVERRIDING if vote.override else ''}", vote.reason)
