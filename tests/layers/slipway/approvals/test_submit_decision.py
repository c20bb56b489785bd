"""A decision reaches CodePipeline once, and the ledger says what CodePipeline took."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from slipway.approvals.submit_decision import SUBMIT_TIMEOUT, is_stuck, submit_decision
from slipway.errors import AnswerRefused
from slipway.models import Candidate, Decision, Question, State
from tests.support.fakes import NOW, FakeLedger, FakePipeline
from tests.support.made_releases import changed

QUESTION = Question("token", NOW, NOW + timedelta(hours=4))
YES = Decision("approved", "ada@example.com", NOW, "slack")


@pytest.fixture
def ledger() -> FakeLedger:
    """birds-r1 waits, and has been decided about."""
    ledger = FakeLedger()
    ledger.open(Candidate("birds-000000000001", "birds", "models/birds/v1/", (), NOW), State.WAITING, "", NOW)
    ledger.change(
        "birds-r1",
        lambda one: changed(one, question=QUESTION, votes=(YES.vote,), pending_decision=YES, pending_since=NOW),
    )
    return ledger


@dataclass
class AskedAgain(FakePipeline):
    """A pipeline whose stage is retried just after it took the answer."""

    ledger: FakeLedger | None = None

    def answer(self, token: str, answer: Decision) -> None:
        super().answer(token, answer)
        again = replace(QUESTION, token="another")
        assert self.ledger
        self.ledger.change("birds-r1", lambda one: changed(one, question=again, votes=(), pending_decision=None))


def test_what_codepipeline_took_is_the_answer(ledger: FakeLedger) -> None:
    """And nothing is left to submit."""
    pipeline = FakePipeline()
    release = submit_decision(ledger, pipeline, ledger.release("birds-r1"))
    approval = release.approval
    assert (approval.decision, approval.pending_decision, pipeline.answers) == (YES, None, [("token", YES)])
    assert submit_decision(ledger, pipeline, release) == release


def test_an_answer_is_not_written_onto_a_newer_question(ledger: FakeLedger) -> None:
    """Nobody has answered that one."""
    release = submit_decision(ledger, AskedAgain(ledger=ledger), ledger.release("birds-r1"))
    assert release.approval.question
    assert (release.approval.decision, release.approval.question.token) == (None, "another")


def test_an_answer_to_a_question_that_is_gone_is_written_nowhere(ledger: FakeLedger) -> None:
    """A retry has taken the release back to where nobody is asked."""
    decided = ledger.release("birds-r1")
    ledger.change("birds-r1", lambda one: changed(one, question=None, pending_decision=None))
    assert submit_decision(ledger, FakePipeline(), decided).approval.decision is None


def test_a_refused_decision_closes_the_question(ledger: FakeLedger) -> None:
    """Nobody is asked, or reminded, about what CodePipeline does not take any more."""
    with pytest.raises(AnswerRefused):
        submit_decision(ledger, FakePipeline(answers=[("token", YES)]), ledger.release("birds-r1"))
    release = ledger.release("birds-r1")
    assert release.approval.question == replace(QUESTION, closed=True)
    assert (release.approval.pending_decision, release.approval.decision) == (None, None)
    assert not release.accepts_votes


def test_the_answer_that_codepipeline_has_instead_is_recorded(ledger: FakeLedger) -> None:
    """Somebody was faster in the console."""
    ledger.change("birds-r1", lambda one: replace(one, execution_id="6f1e"))
    console = Decision("rejected", "user/linus", NOW, "console", "no")
    pipeline = FakePipeline(answers=[("token", console)], console={"6f1e": console})
    with pytest.raises(AnswerRefused):
        submit_decision(ledger, pipeline, ledger.release("birds-r1"))
    assert ledger.release("birds-r1").approval.decision == console


@pytest.mark.parametrize(
    ("fields", "stuck"),
    [
        ({}, True),
        ({"state": State.RELEASING}, False),
        ({"pending_decision": None}, False),
        ({"pending_since": NOW + timedelta(seconds=1)}, False),
        ({"pending_since": None}, True),
    ],
)
def test_a_decision_is_stuck_two_minutes_after_it_was_made(
    ledger: FakeLedger, fields: dict[str, object], stuck: bool
) -> None:
    """Votes may be older than the decision that they make."""
    release = changed(ledger.release("birds-r1"), **fields)
    assert is_stuck(release, NOW + SUBMIT_TIMEOUT) is stuck
