"""A change of a release is measured once, by what has changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from slipway.models import Queueing, SmokeSummary, State, Verdict
from slipway.releases.measurements import Measurement, is_stuck, measurements
from tests.support.fakes import NOW
from tests.support.made_releases import SMOKE, WAITING

MINUTE = timedelta(minutes=1)
UPLOADED = replace(WAITING, uploaded_at=NOW - MINUTE, smoke={})
ON_ITS_WAY = [State.BUILDING, State.STAGING, State.TESTING, State.WAITING, State.RELEASING, State.VERIFYING, State.LIVE]


def test_a_new_release_counts_in_its_state() -> None:
    """Received, or refused at once."""
    assert list(measurements(None, replace(UPLOADED, state=State.REFUSED))) == [Measurement("ReleaseRefused")]


def test_a_change_within_a_state_measures_nothing() -> None:
    """A vote, a reminder."""
    assert list(measurements(UPLOADED, replace(UPLOADED, reason="staging runs another build"))) == []


def test_each_step_has_a_duration_and_the_whole_a_lead_time() -> None:
    """From the upload to production, in seconds."""
    release = replace(UPLOADED, state=State.RECEIVED, times={State.RECEIVED: NOW})
    found: list[Measurement] = []
    for number, state in enumerate(ON_ITS_WAY, 1):
        moved = replace(release, state=state, times={**release.times, state: NOW + number * MINUTE})
        found += measurements(release, moved)
        release = moved
    seconds = {one.name: one.value for one in found if one.unit == "Seconds"}
    steps = ("Start", "Build", "Staging", "SmokeTest", "Answer", "Production", "Verification")
    assert seconds == {f"{step}Seconds": 60 for step in steps} | {"LeadSeconds": 8 * 60}


def test_what_waits_for_another_one_s_question_is_not_being_built() -> None:
    """Its image was there long before staging was free."""
    building = replace(UPLOADED, state=State.BUILDING, times={State.BUILDING: NOW})
    queued = replace(building, queueing=Queueing(built_at=NOW + MINUTE))
    deployed = replace(queued, state=State.STAGING, times=queued.times | {State.STAGING: NOW + 60 * MINUTE})
    seconds = {one.name: one.value for one in measurements(queued, deployed) if one.unit == "Seconds"}
    assert seconds == {"BuildSeconds": 60, "QueueSeconds": 59 * 60}


def test_a_rejection_is_an_answer() -> None:
    """One that nobody gave in time is not."""
    asked = replace(UPLOADED, times={State.WAITING: NOW})
    for state, names in ((State.REJECTED, ["AnswerSeconds"]), (State.EXPIRED, [])):
        ended = replace(asked, state=state, times=asked.times | {state: NOW + MINUTE})
        assert [one.name for one in measurements(asked, ended) if one.unit == "Seconds"] == names


def test_a_step_that_was_skipped_has_no_duration() -> None:
    """Its event was lost: what is between would be counted as the step before."""
    release = replace(UPLOADED, state=State.BUILDING, times={State.BUILDING: NOW})
    tested = replace(release, state=State.TESTING, times={**release.times, State.TESTING: NOW + MINUTE})
    assert list(measurements(release, tested)) == [Measurement("ReleaseTesting")]


def test_what_comes_back_has_no_lead_time() -> None:
    """It was uploaded long ago."""
    retired = replace(UPLOADED, state=State.RETIRED, times={State.RETIRED: NOW})
    live = replace(retired, state=State.LIVE, times={**retired.times, State.LIVE: NOW + MINUTE})
    assert list(measurements(retired, live)) == [Measurement("ReleaseLive")]


@pytest.mark.parametrize(
    ("target", "verdict", "names"),
    [
        ("staging", Verdict.PASSED, ["StagingPassed"]),
        ("staging", Verdict.INCONCLUSIVE, ["StagingInconclusive"]),
        ("production", Verdict.PASSED, ["ProductionPassed"]),
        ("production", Verdict.FAILED, ["ProductionFailed", "VerificationFailed"]),
        ("production", Verdict.INCONCLUSIVE, ["ProductionInconclusive", "VerificationFailed"]),
    ],
)
def test_a_verdict_counts_once(target: str, verdict: Verdict, names: list[str]) -> None:
    """When it is recorded, and not with each later change."""
    smoke: SmokeSummary = replace(SMOKE, verdict=verdict)
    tested = replace(UPLOADED, smoke={target: smoke})
    assert [one.name for one in measurements(UPLOADED, tested)] == names
    assert list(measurements(tested, replace(tested, reason="more"))) == []


@pytest.mark.parametrize(
    ("state", "hours", "stuck"),
    [
        (State.BUILDING, 1, False),
        (State.BUILDING, 3, True),
        (State.TESTING, 3, False),
        (State.TESTING, 25, True),
        (State.WAITING, 100, False),
    ],
)
def test_a_release_is_stuck_when_no_step_takes_so_long(state: State, hours: int, stuck: bool) -> None:
    """A question may wait for days, and expires by itself."""
    release = replace(UPLOADED, state=state, times={state: NOW})
    assert is_stuck(release, NOW + timedelta(hours=hours)) is stuck


def test_a_release_that_waits_for_another_s_question_is_not_stuck() -> None:
    """It moves on when that is answered."""
    built = replace(UPLOADED, state=State.BUILDING, times={State.BUILDING: NOW}, queueing=Queueing(NOW, "birds-r11"))
    assert not is_stuck(built, NOW + timedelta(hours=3))
