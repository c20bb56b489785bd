"""A request for approval reaches its release, once."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from slipway.models import Candidate, Json, Question, Replacement, State, Vote
from slipway.releases import pipeline_events
from slipway.releases.record_question import record_question
from slipway.releases.record_step import record_step
from tests.support.fakes import NOW, FakeBucket, FakeLedger, FakePipeline
from tests.support.pipeline_steps import IN_TIME, QUESTION, TOKEN, step

type Event = Callable[[str], Json]


def test_the_notice_asks_for_an_answer(ledger: FakeLedger, event: Event) -> None:
    """The release waits, with the token and the time that CodePipeline gave."""
    release_id, approval = pipeline_events.question_of(
        json.loads(event("approval-notice")["Records"][0]["Sns"]["Message"]), NOW
    )
    assert release_id == "birds-r12"
    asked = record_question(ledger, "birds-r1", approval)
    assert (asked.state, asked.approval.question and asked.approval.question.token) == (State.WAITING, TOKEN)
    assert asked.approval.question is not None
    assert asked.approval.question.expires.isoformat() == "2026-11-25T09:20:00+00:00"


def test_a_late_notice_does_not_take_a_release_back(ledger: FakeLedger) -> None:
    """A question that was answered long ago is not asked again."""
    record_step(ledger, FakeBucket(), FakePipeline(), step(State.RELEASING))
    assert record_question(ledger, "birds-r1", Question(TOKEN, NOW, NOW)).state is State.RELEASING


def test_a_late_notice_does_not_bring_an_older_question_back(ledger: FakeLedger) -> None:
    """SNS delivers at least once and in any order; only the newest token can be answered."""
    first = Question(TOKEN, NOW, NOW + timedelta(hours=2))
    second = Question("second", NOW + timedelta(minutes=5), NOW + timedelta(hours=3))
    for notice in (first, second, first):
        asked = record_question(ledger, "birds-r1", notice)
    assert asked.approval.question == second


@pytest.mark.parametrize("notice_first", [True, False])
def test_a_retried_question_is_asked_again(ledger: FakeLedger, notice_first: bool) -> None:
    """An approval that expired and is retried in the console waits again, with its new token."""
    later = NOW + timedelta(hours=5)
    record_question(ledger, "birds-r1", Question(TOKEN, NOW, NOW + timedelta(hours=2)))
    record_step(ledger, FakeBucket(), FakePipeline(), step(State.REJECTED, at=NOW + timedelta(hours=3)))
    assert ledger.release("birds-r1").state is State.EXPIRED
    news: list[Callable[[], object]] = [
        lambda: record_question(ledger, "birds-r1", Question("second", later, later + timedelta(hours=2))),
        lambda: record_step(ledger, FakeBucket(), FakePipeline(), step(State.WAITING, attempt=2, at=later)),
    ]
    for tell in news if notice_first else reversed(news):
        tell()
    release = ledger.release("birds-r1")
    assert (release.state, release.approval.question and release.approval.question.token) == (State.WAITING, "second")


def test_a_notice_sent_again_keeps_the_votes(ledger: FakeLedger) -> None:
    """SNS delivers at least once, and may date the second delivery later."""
    record_question(ledger, "birds-r1", QUESTION)
    vote = Vote("approved", "ada@example.com", IN_TIME, "page")
    voted = ledger.change("birds-r1", lambda one: replace(one, approval=replace(one.approval, votes=(vote,))))
    assert record_question(ledger, "birds-r1", replace(QUESTION, asked_at=IN_TIME)) == voted


def test_a_question_about_another_model_says_what_it_replaces(ledger: FakeLedger) -> None:
    """However that came about: what is live may have changed since it was uploaded."""
    live = ledger.open(Candidate("owls-1", "owls", "models/owls/v1/", (), NOW), State.VERIFYING, "", NOW)
    ledger.go_live(live.id, NOW)
    asked = record_question(ledger, "birds-r1", QUESTION)
    assert asked.replaces == Replacement("owls")
