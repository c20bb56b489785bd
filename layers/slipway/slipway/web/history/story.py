"""A release's whole story: every step, vote and answer in the order in which they happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from slipway.models import Answer, Release, State

_STEPS = {
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
_SAID = _RANKS[State.WAITING] + 0.5  # after the question, before what follows from the answer
_ZERO = timedelta()


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened; `after` is the time since the step before, `state` the one that was reached."""

    at: datetime
    title: str
    detail: str = ""
    state: str = ""
    after: timedelta | None = None


def story(release: Release) -> list[Step]:
    """Tell what happened, in order."""
    # EventBridge cuts its times to the second: within one, what led to what is known by what it is.
    ranked = sorted(_steps(release), key=lambda one: (one[1].at.replace(microsecond=0), one[0]))
    steps = [step for _, step in ranked]
    return [*steps[:1], *(replace(now, after=max(now.at - before.at, _ZERO)) for before, now in pairwise(steps))]


def _steps(release: Release) -> Iterator[tuple[float, Step]]:
    """Give each step with its rank among those of the same second."""
    if release.uploaded_at and not release.before:
        yield -1, Step(release.uploaded_at, "Uploaded", release.prefix)
    for state, at in release.times.items():
        detail = release.reason if state is release.state else ""
        yield _RANKS[state], Step(at, _STEPS[state], detail, state)
    for vote in (one for one in release.votes if one != release.answer):
        yield _SAID, _answered(vote, f"{vote.by} votes: {vote.decision}")
    if release.answer:
        yield _SAID, _decided(release.answer)
    for repeat in release.repeats:
        yield len(_RANKS), Step(repeat.at, "Uploaded again: nothing was started", repeat.prefix)


def _decided(answer: Answer) -> Step:
    if answer.source == "slipway":
        return Step(answer.at, "Withdrawn", answer.reason)
    return _answered(answer, f"{answer.decision.capitalize()} by {answer.by}")


def _answered(answer: Answer, what: str) -> Step:
    return Step(answer.at, f"{what}, {PLACES[answer.source]}", answer.reason)
