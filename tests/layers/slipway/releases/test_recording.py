"""Releases move one way, whatever order the news comes in."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from slipway.models import (
    Candidate,
    Commit,
    Decision,
    Json,
    PipelineStep,
    Question,
    Release,
    SmokeSummary,
    State,
    Verdict,
)
from slipway.releases import pipeline_events, recording, start_execution, transitions
from tests.support.fakes import NOW, FakeBucket, FakeLedger, FakePipeline

EXECUTION = "6f1e7a52-3b0c-4d0e-9a55-0c6f2d6b7a10"
TOKEN = "1a2b3c4d-573f-4ea7-a67e-0a0b0c0d0e0f"
type Event = Callable[[str], Json]


@pytest.fixture
def ledger() -> FakeLedger:
    ledger = FakeLedger()
    release = ledger.open(candidate("birds-000000000001"), State.RECEIVED, "", NOW)
    ledger.bind(release.id, EXECUTION)
    return ledger


def candidate(name: str) -> Candidate:
    return Candidate(name, "birds", "models/birds/v1/", (), NOW)


def step(state: State, attempt: int = 1, at: datetime = NOW) -> PipelineStep:
    return PipelineStep(EXECUTION, state, at, attempt)


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
    news = [pipeline_events.progress_of(event("pipeline-failed")), pipeline_events.progress_of(event(name))]
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


def test_news_of_an_execution_that_carries_nothing_are_ignored(ledger: FakeLedger) -> None:
    """Another user of the pipeline does not disturb the ledger."""
    assert (
        recording.record(ledger, FakeBucket(), FakePipeline(), replace(step(State.STAGING), execution_id="another"))
        is None
    )


@pytest.mark.parametrize(
    ("said", "reason"),
    [(b"The image does not start.", "The image does not start."), (b"", "Build / BuildImage: exit status 1")],
)
def test_a_build_that_failed_says_why_in_its_own_words(ledger: FakeLedger, said: bytes, reason: str) -> None:
    """CodePipeline only knows which command failed."""
    bucket = FakeBucket()
    bucket.write("evidence/birds-r1/build.txt", said, "text/plain")
    failed = replace(step(State.FAILED), action=pipeline_events.BUILD, reason="Build / BuildImage: exit status 1")
    release = recording.record(ledger, bucket, FakePipeline(), failed)
    assert release is not None
    assert release.reason == reason


def test_the_release_before_retires_when_one_goes_live(ledger: FakeLedger) -> None:
    """Production runs one release."""
    recording.record(ledger, FakeBucket(), FakePipeline(), step(State.LIVE))
    second = ledger.open(candidate("birds-000000000002"), State.RECEIVED, "", NOW)
    ledger.bind(second.id, "second")
    recording.record(ledger, FakeBucket(), FakePipeline(), replace(step(State.LIVE), execution_id="second"))
    assert [release.state for release in ledger.releases.values()] == [State.RETIRED, State.LIVE]


def test_the_notice_asks_for_an_answer(ledger: FakeLedger, event: Event) -> None:
    """The release waits, with the token and the time that CodePipeline gave."""
    release_id, approval = pipeline_events.question_of(
        json.loads(event("approval-notice")["Records"][0]["Sns"]["Message"]), NOW
    )
    assert release_id == "birds-r12"
    asked = recording.ask(ledger, "birds-r1", approval)
    assert (asked.state, asked.approval.question and asked.approval.question.token) == (State.WAITING, TOKEN)
    assert asked.approval.question is not None
    assert asked.approval.question.expires.isoformat() == "2026-11-25T09:20:00+00:00"


def test_a_late_notice_does_not_take_a_release_back(ledger: FakeLedger) -> None:
    """A question that was answered long ago is not asked again."""
    recording.record(ledger, FakeBucket(), FakePipeline(), step(State.RELEASING))
    assert recording.ask(ledger, "birds-r1", Question(TOKEN, NOW, NOW)).state is State.RELEASING


def test_a_late_notice_does_not_bring_an_older_question_back(ledger: FakeLedger) -> None:
    """SNS delivers at least once and in any order; only the newest token can be answered."""
    first = Question(TOKEN, NOW, NOW + timedelta(hours=2))
    second = Question("second", NOW + timedelta(minutes=5), NOW + timedelta(hours=3))
    for notice in (first, second, first):
        asked = recording.ask(ledger, "birds-r1", notice)
    assert asked.approval.question == second


@pytest.mark.parametrize(("hours", "state"), [(1, State.REJECTED), (3, State.EXPIRED)])
def test_an_approval_that_fails_was_rejected_or_expired(ledger: FakeLedger, hours: int, state: State) -> None:
    """CodePipeline says FAILED to both; the time tells them apart."""
    recording.ask(ledger, "birds-r1", Question(TOKEN, NOW, NOW + timedelta(hours=2)))
    release = recording.record(
        ledger, FakeBucket(), FakePipeline(), step(State.REJECTED, at=NOW + timedelta(hours=hours))
    )
    assert release is not None
    assert release.state is state


@pytest.mark.parametrize(
    ("decision", "hours", "state"),
    [("rejected", 1, State.REJECTED), ("", 3, State.EXPIRED), ("approved", 1, State.FAILED)],
)
def test_the_pipelines_failure_while_people_are_asked_is_no_failure(
    ledger: FakeLedger, decision: Any, hours: int, state: State
) -> None:
    """It may be told before the approval's own end, and nobody must be called for a failure that is none."""
    at, expires = NOW + timedelta(hours=hours), NOW + timedelta(hours=2)
    recording.ask(ledger, "birds-r1", Question(TOKEN, NOW, expires))
    pipeline = FakePipeline(console={EXECUTION: Decision(decision, "root", at, "console")} if decision else {})
    release = recording.record(ledger, FakeBucket(), pipeline, step(State.FAILED, at=at))
    assert release is not None
    assert release.state is state


@pytest.mark.parametrize("notice_first", [True, False])
def test_a_retried_question_is_asked_again(ledger: FakeLedger, notice_first: bool) -> None:
    """An approval that expired and is retried in the console waits again, with its new token."""
    later = NOW + timedelta(hours=5)
    recording.ask(ledger, "birds-r1", Question(TOKEN, NOW, NOW + timedelta(hours=2)))
    recording.record(ledger, FakeBucket(), FakePipeline(), step(State.REJECTED, at=NOW + timedelta(hours=3)))
    assert ledger.release("birds-r1").state is State.EXPIRED
    news: list[Callable[[], object]] = [
        lambda: recording.ask(ledger, "birds-r1", Question("second", later, later + timedelta(hours=2))),
        lambda: recording.record(ledger, FakeBucket(), FakePipeline(), step(State.WAITING, attempt=2, at=later)),
    ]
    for tell in news if notice_first else reversed(news):
        tell()
    release = ledger.release("birds-r1")
    assert (release.state, release.approval.question and release.approval.question.token) == (State.WAITING, "second")


def test_a_success_that_overtakes_its_own_retry_is_not_lost(ledger: FakeLedger) -> None:
    """Failed, retried, and the end is told before the beginning."""
    for one in (step(State.FAILED), step(State.LIVE, attempt=2), step(State.VERIFYING, attempt=2)):
        recording.record(ledger, FakeBucket(), FakePipeline(), one)
    assert ledger.release("birds-r1").state is State.LIVE


def test_a_rollback_makes_what_it_went_back_to_live_again(ledger: FakeLedger) -> None:
    """A rollback is an execution of its own; the next push of code must not release what was rolled back."""
    recording.record(ledger, FakeBucket(), FakePipeline(), step(State.LIVE))
    second = ledger.open(candidate("birds-000000000002"), State.RECEIVED, "", NOW)
    ledger.bind(second.id, "second")
    recording.record(ledger, FakeBucket(), FakePipeline(), replace(step(State.LIVE), execution_id="second"))
    pipeline = FakePipeline(rollbacks={"back": EXECUTION})
    recording.record(ledger, FakeBucket(), pipeline, replace(step(State.LIVE), execution_id="back"))
    live = ledger.live()
    assert live is not None
    assert (live.id, live.state) == ("birds-r1", State.LIVE)
    assert ledger.release("birds-r2").state is State.ROLLED_BACK


def test_an_end_that_nobody_told_us_is_found_out(ledger: FakeLedger) -> None:
    """EventBridge promises no delivery; CodePipeline can be asked."""
    start_execution.open_for_execution(ledger, "birds-r1", EXECUTION, Commit("abc"), NOW)
    pipeline = FakePipeline()
    assert list(recording.reconcile(ledger, FakeBucket(), pipeline, NOW)) == []
    pipeline.ended[EXECUTION] = State.SUPERSEDED
    assert [release.state for release in recording.reconcile(ledger, FakeBucket(), pipeline, NOW)] == [State.SUPERSEDED]


def test_evidence_that_people_decide_on_is_not_replaced(ledger: FakeLedger) -> None:
    """A job that is delivered late would find another release on staging."""
    passed = SmokeSummary(Verdict.PASSED, 13, 0, 0, 1, "evidence")
    recording.tested(ledger, "birds-r1", "staging", passed)
    recording.ask(ledger, "birds-r1", Question(TOKEN, NOW, NOW + timedelta(hours=2)))
    late = SmokeSummary(Verdict.FAILED, 0, 13, 0, 1, "evidence")
    assert recording.tested(ledger, "birds-r1", "staging", late).smoke["staging"] == passed


def test_that_staging_had_moved_on_is_not_why_a_release_went_on_or_failed(ledger: FakeLedger) -> None:
    """It was said while the release waited; an answer in the console, or a failure, needs no reason of that kind."""
    waiting = replace(ledger.release("birds-r1"), state=State.WAITING, reason="staging runs another build")
    for state in (State.RELEASING, State.FAILED):
        assert transitions.apply(waiting, PipelineStep(EXECUTION, state, NOW)).reason == ""
