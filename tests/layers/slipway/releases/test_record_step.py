"""A step of the pipeline reaches the release of its execution."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from slipway.models import Commit, Decision, Question, State
from slipway.releases import start_execution
from slipway.releases.record_question import record_question
from slipway.releases.record_step import record_step
from tests.support.fakes import NOW, FakeBucket, FakeLedger, FakePipeline
from tests.support.pipeline_steps import EXECUTION, IN_TIME, QUESTION, TOKEN, TOO_LATE, candidate, step


def test_news_of_an_execution_that_carries_nothing_are_ignored(ledger: FakeLedger) -> None:
    """Another user of the pipeline does not disturb the ledger."""
    assert (
        record_step(ledger, FakeBucket(), FakePipeline(), replace(step(State.STAGING), execution_id="another")) is None
    )


@pytest.mark.parametrize(
    ("said", "reason"),
    [(b"The image does not start.", "The image does not start."), (b"", "Build / BuildImage: exit status 1")],
)
def test_a_build_that_failed_says_why_in_its_own_words(ledger: FakeLedger, said: bytes, reason: str) -> None:
    """CodePipeline only knows which command failed."""
    bucket = FakeBucket()
    bucket.write("evidence/birds-r1/build.txt", said, "text/plain")
    failed = replace(step(State.FAILED), action="Build / BuildImage", reason="Build / BuildImage: exit status 1")
    release = record_step(ledger, bucket, FakePipeline(), failed)
    assert release is not None
    assert release.reason == reason


def test_the_release_before_retires_when_one_goes_live(ledger: FakeLedger) -> None:
    """Production runs one release."""
    record_step(ledger, FakeBucket(), FakePipeline(), step(State.LIVE))
    second = ledger.open(candidate("birds-000000000002"), State.RECEIVED, "", NOW)
    ledger.bind(second.id, "second")
    record_step(ledger, FakeBucket(), FakePipeline(), replace(step(State.LIVE), execution_id="second"))
    assert [release.state for release in ledger.releases.values()] == [State.RETIRED, State.LIVE]


@pytest.mark.parametrize(("hours", "state"), [(1, State.REJECTED), (3, State.EXPIRED)])
def test_an_approval_that_fails_was_rejected_or_expired(ledger: FakeLedger, hours: int, state: State) -> None:
    """CodePipeline says FAILED to both; the time tells them apart."""
    record_question(ledger, "birds-r1", Question(TOKEN, NOW, NOW + timedelta(hours=2)))
    release = record_step(ledger, FakeBucket(), FakePipeline(), step(State.REJECTED, at=NOW + timedelta(hours=hours)))
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
    record_question(ledger, "birds-r1", Question(TOKEN, NOW, expires))
    pipeline = FakePipeline(console={EXECUTION: Decision(decision, "root", at, "console")} if decision else {})
    release = record_step(ledger, FakeBucket(), pipeline, step(State.FAILED, at=at))
    assert release is not None
    assert release.state is state


def test_a_success_that_overtakes_its_own_retry_is_not_lost(ledger: FakeLedger) -> None:
    """Failed, retried, and the end is told before the beginning."""
    for one in (step(State.FAILED), step(State.LIVE, attempt=2), step(State.VERIFYING, attempt=2)):
        record_step(ledger, FakeBucket(), FakePipeline(), one)
    assert ledger.release("birds-r1").state is State.LIVE


def test_a_rollback_makes_what_it_went_back_to_live_again(ledger: FakeLedger) -> None:
    """A rollback is an execution of its own; the next push of code must not release what was rolled back."""
    record_step(ledger, FakeBucket(), FakePipeline(), step(State.LIVE))
    second = ledger.open(candidate("birds-000000000002"), State.RECEIVED, "", NOW)
    ledger.bind(second.id, "second")
    record_step(ledger, FakeBucket(), FakePipeline(), replace(step(State.LIVE), execution_id="second"))
    pipeline = FakePipeline(rollbacks={"back": EXECUTION})
    record_step(ledger, FakeBucket(), pipeline, replace(step(State.LIVE), execution_id="back"))
    live = ledger.live()
    assert live is not None
    assert (live.id, live.state) == ("birds-r1", State.LIVE)
    assert ledger.release("birds-r2").state is State.ROLLED_BACK


def test_only_a_failed_build_is_explained_by_the_build(ledger: FakeLedger) -> None:
    """What an earlier build wrote says nothing of a deployment that failed."""
    bucket = FakeBucket()
    bucket.write("evidence/birds-r1/build.txt", b"The image does not start.", "text/plain")
    failed = replace(step(State.FAILED), action="Staging / Deploy", reason="Staging / Deploy: no capacity")
    release = record_step(ledger, bucket, FakePipeline(), failed)
    assert release is not None
    assert release.reason == "Staging / Deploy: no capacity"


@pytest.mark.parametrize(
    ("before", "told", "state"),
    [
        (State.BUILDING, State.FAILED, State.FAILED),
        (State.WAITING, State.STOPPED, State.STOPPED),
        (State.WAITING, State.SUPERSEDED, State.SUPERSEDED),
    ],
)
def test_a_pipeline_s_end_is_a_rejection_only_if_it_failed_while_it_waited(
    ledger: FakeLedger, before: State, told: State, state: State
) -> None:
    """A failed build was not rejected by anybody, and neither was an execution that somebody stopped."""
    start_execution.open_for_execution(ledger, "birds-r1", EXECUTION, Commit("abc"), NOW)
    if before is State.WAITING:
        record_question(ledger, "birds-r1", QUESTION)
    release = record_step(ledger, FakeBucket(), FakePipeline(), step(told, at=IN_TIME))
    assert release is not None
    assert release.state is state


def test_a_late_failure_of_an_earlier_attempt_does_not_reject_a_retry(ledger: FakeLedger) -> None:
    """The retry asked again; the first attempt's end arrives after its question."""
    record_step(ledger, FakeBucket(), FakePipeline(), step(State.TESTING, attempt=2))
    record_question(ledger, "birds-r1", QUESTION)
    release = record_step(ledger, FakeBucket(), FakePipeline(), step(State.FAILED, attempt=1, at=IN_TIME))
    assert release is not None
    assert (release.state, release.accepts_votes) == (State.WAITING, True)


@pytest.mark.parametrize(("at", "known"), [(IN_TIME, True), (QUESTION.expires, False), (TOO_LATE, False)])
def test_an_answer_in_the_console_counts_if_it_was_in_time(ledger: FakeLedger, at: datetime, known: bool) -> None:
    """CodePipeline dates its own refusal of an approval that nobody answered as late as the question's end."""
    record_question(ledger, "birds-r1", QUESTION)
    answer = Decision("rejected", "root", at, "console", "Not today.")
    release = record_step(ledger, FakeBucket(), FakePipeline(console={EXECUTION: answer}), step(State.REJECTED, at=at))
    assert release is not None
    assert release.approval.decision == (answer if known else None)
    assert release.state is (State.REJECTED if known else State.EXPIRED)
