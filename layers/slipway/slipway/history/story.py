"""A release's whole story: every step, vote and answer in the order in which they happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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
    order = list(State)
    steps = sorted(_steps(release), key=lambda step: (step.at, order.index(State(step.state)) if step.state else 0))
    told = [Step(now.at, now.title, now.detail, now.state, now.at - before.at) for before, now in pairwise(steps)]
    return [*steps[:1], *told]


def _steps(release: Release) -> Iterator[Step]:
    if release.uploaded_at and not release.before:
        yield Step(release.uploaded_at, "Uploaded", release.prefix)
    for state, at in release.times.items():
        yield Step(at, _STEPS[state], release.reason if state is release.state else "", state)
    for vote in (one for one in release.votes if one != release.answer):
        yield _answered(vote, f"{vote.by} votes: {vote.decision}")
    if release.answer:
        yield _answered(release.answer, f"{release.answer.decision.capitalize()} by {release.answer.by}")
    for repeat in release.repeats:
        yield Step(repeat.at, "Uploaded again: nothing was started", repeat.prefix)


def _answered(answer: Answer, what: str) -> Step:
    return Step(answer.at, f"{what}, {PLACES[answer.source]}", answer.reason)
