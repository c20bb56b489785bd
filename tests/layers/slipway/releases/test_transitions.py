"""Releases move one way, whatever order events arrive in."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from slipway.models import Approval, Decision, Json, PipelineStep, Release, State
from slipway.releases import pipeline_events, transitions
from tests.support.fakes import NOW, FakeLedger
from tests.support.pipeline_steps import EXECUTION, IN_TIME, QUESTION, TOO_LATE, step

type Event = Callable[[str], Json]


def test_late_news_never_move_a_release_back() -> None:
    """In whatever order the steps are told, the release ends where the last of them took it."""
    steps = [step(state) for state in (State.BUILDING, State.STAGING, State.TESTING, State.RELEASING, State.FAILED)]
    for seed in range(50):
        shuffled = [*steps, *steps]
        random.Random(seed).shuffle(shuffled)
        release = Release("birds-r1", "birds", 1, "birds-000000000001", State.RECEIVED, {})
        seen = []
        for one in shuffled:
            release = transitions.apply(release, one)
            seen.append(list(State).index(release.state))
        assert release.state is State.FAILED
        assert seen == sorted(seen)


@pytest.mark.parametrize("first", ["pipeline", "action"])
@pytest.mark.parametrize(("name", "state"), [("smoke-test-failed", State.FAILED), ("approval-failed", State.REJECTED)])
def test_why_a_release_ended_is_known_whichever_news_comes_first(
    event: Event, first: str, name: str, state: State
) -> None:
    """The pipeline's failure may be told before that of the action which caused it."""
    news = [pipeline_events.own_step_of(event("pipeline-failed")), pipeline_events.own_step_of(event(name))]
    release = Release("birds-r1", "birds", 1, "birds-000000000001", State.TESTING, {})
    for progress in news if first == "pipeline" else reversed(news):
        assert progress is not None
        release = transitions.apply(release, progress)
    assert release.state is state
    assert ("reads a seven" in release.reason) == (state is State.FAILED)
    assert list(release.times) == [state]


def test_a_retried_stage_takes_a_failed_release_up_again() -> None:
    """CodePipeline counts the attempts: a later one may go back."""
    failed = Release("birds-r1", "birds", 1, "birds-000000000001", State.FAILED, {}, reason="Staging / Deploy: no")
    retried = transitions.apply(failed, step(State.STAGING, attempt=2))
    assert (retried.state, retried.reason, retried.attempt) == (State.STAGING, "", 2)
    assert transitions.apply(retried, step(State.FAILED, attempt=1)) == retried


def test_that_staging_had_moved_on_is_not_why_a_release_went_on_or_failed(ledger: FakeLedger) -> None:
    """It was said while the release waited; an answer in the console, or a failure, needs no reason of that kind."""
    waiting = replace(ledger.release("birds-r1"), state=State.WAITING, reason="staging runs another build")
    for state in (State.RELEASING, State.FAILED):
        assert transitions.apply(waiting, PipelineStep(EXECUTION, state, NOW)).reason == ""


def failed(**changes: object) -> Release:
    """Make a release that failed while it was built."""
    times = {State.RECEIVED: NOW, State.BUILDING: NOW, State.FAILED: NOW}
    release = Release("birds-r1", "birds", 1, "birds-000000000001", State.FAILED, times)
    return replace(release, **changes)  # type: ignore[arg-type]


def test_an_explanation_keeps_the_earlier_times() -> None:
    """A failure that turns out to be a rejection is replaced; what happened before it stays in the history."""
    rejected = transitions.apply(failed(), replace(step(State.REJECTED, at=IN_TIME), action="Staging / Approve"))
    assert rejected.times == {State.RECEIVED: NOW, State.BUILDING: NOW, State.REJECTED: IN_TIME}
    explained = transitions.apply(failed(), replace(step(State.FAILED, at=IN_TIME), action="A / B", reason="why"))
    assert explained.times == {State.RECEIVED: NOW, State.BUILDING: NOW, State.FAILED: IN_TIME}


def test_the_pipeline_s_own_event_explains_nothing() -> None:
    """Told a second time, it moves no time and gives no reason."""
    assert transitions.apply(failed(), step(State.FAILED, at=IN_TIME)) == failed()


def test_a_rejection_in_time_is_one_however_late_its_event_arrives() -> None:
    """CodePipeline took the answer; only its event was late."""
    decision = Decision("rejected", "ada@example.com", IN_TIME, "page")
    for approval in (Approval(QUESTION, decision=decision), Approval(QUESTION, pending_decision=decision)):
        waiting = replace(failed(), state=State.WAITING, approval=approval)
        told = replace(step(State.REJECTED, at=TOO_LATE), decision=decision)
        release = transitions.apply(waiting, told)
        assert (release.state, release.approval.decision) == (State.REJECTED, decision)


def test_the_link_to_the_log_of_a_failure_is_kept_until_a_retry() -> None:
    """The reason's own link: an event without one does not lose it, and a retry does not keep it."""
    release = transitions.apply(replace(failed(), state=State.BUILDING), replace(step(State.FAILED), log_url="/log/1"))
    assert release.log_url == "/log/1"
    explained = transitions.apply(release, replace(step(State.FAILED), action="Build / BuildImage", reason="why"))
    assert explained.log_url == "/log/1"
    retried = transitions.apply(explained, step(State.BUILDING, attempt=2))
    assert retried.log_url == ""
    again = transitions.apply(retried, replace(step(State.FAILED, attempt=2), log_url="/log/2"))
    assert again.log_url == "/log/2"


def test_a_release_that_left_the_build_waits_behind_nothing() -> None:
    """What it waited for is forgotten with the first step after the build."""
    queueing = replace(failed().queueing, built_at=NOW, blocked_by="birds-r0", superseded_by="birds-r2")
    built = replace(failed(), state=State.BUILDING, queueing=queueing)
    assert transitions.apply(built, step(State.STAGING)).queueing == replace(queueing, built_at=None, blocked_by="")


@pytest.mark.parametrize(("at", "state"), [(IN_TIME, State.REJECTED), (QUESTION.expires, State.EXPIRED)])
def test_an_approval_expires_at_the_very_time_it_says(at: object, state: State) -> None:
    """Not a moment earlier."""
    waiting = replace(failed(), state=State.WAITING, approval=Approval(QUESTION))
    assert transitions.apply(waiting, PipelineStep(EXECUTION, State.REJECTED, at)).state is state  # type: ignore[arg-type]
