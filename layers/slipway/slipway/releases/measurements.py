"""What a change of a release measures: its states, verdicts, the duration of its steps, and its lead time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from slipway.models import Release, State, Verdict

STUCK = timedelta(hours=2)  # in one state: an action of CodePipeline ends after an hour, and a suite after 23
_SUITE = timedelta(hours=24)
# The name of each step's duration, by its state and the one that it ends with.
_DURATIONS = {
    (State.RECEIVED, State.BUILDING): "StartSeconds",
    (State.BUILDING, State.STAGING): "BuildSeconds",
    (State.STAGING, State.TESTING): "StagingSeconds",
    (State.TESTING, State.WAITING): "SmokeTestSeconds",
    (State.WAITING, State.RELEASING): "AnswerSeconds",
    (State.WAITING, State.REJECTED): "AnswerSeconds",
    (State.RELEASING, State.VERIFYING): "ProductionSeconds",
    (State.VERIFYING, State.LIVE): "VerificationSeconds",
}


@dataclass(frozen=True, slots=True)
class Measurement:
    """A value of a metric."""

    name: str
    value: float = 1
    unit: Literal["Count", "Seconds"] = "Count"


def measurements(before: Release | None, after: Release) -> Iterator[Measurement]:
    """Yield what a change measures; `before` is None for a new release."""
    if before is None or before.state is not after.state:
        yield Measurement(f"Release{_camel(after.state)}")
        yield from _durations(before, after)
    for target, smoke in after.smoke.items():
        if before is None or before.smoke.get(target) != smoke:
            yield Measurement(f"{target.capitalize()}{smoke.verdict.capitalize()}")
            if target == "production" and smoke.verdict is not Verdict.PASSED:
                yield Measurement("VerificationFailed")


def is_stuck(release: Release, now: datetime) -> bool:
    """Return whether an unfinished release has been in its state for longer than any step takes.

    A question expires by itself, and a release that is built may wait for another one's question.
    """
    if release.state is State.WAITING or release.queueing.blocked_by:
        return False
    longest = _SUITE if release.state in (State.TESTING, State.VERIFYING) else STUCK
    return now > release.times[release.state] + longest


def _durations(before: Release | None, after: Release) -> Iterator[Measurement]:
    """Yield how long the step took that has ended, and at the end of the last one the time since the upload."""
    if before is None:
        return
    if name := _DURATIONS.get((before.state, after.state), ""):
        ended, built_at = after.times[after.state], before.queueing.built_at
        # What is built may wait until another one's question on staging is answered.
        if name == "BuildSeconds" and built_at:
            yield _seconds("QueueSeconds", built_at, ended)
            ended = built_at
        yield _seconds(name, after.times[before.state], ended)
    # What comes back was uploaded long ago.
    if after.state is State.LIVE and not before.state.ended:
        begun = after.opened_at if after.previous_release else after.uploaded_at or after.opened_at
        yield _seconds("LeadSeconds", begun, after.times[State.LIVE])


def _seconds(name: str, begun: datetime, ended: datetime) -> Measurement:
    return Measurement(name, max(0.0, (ended - begun).total_seconds()), "Seconds")


def _camel(state: State) -> str:
    return "".join(word.capitalize() for word in state.split("_"))
