"""A newer release takes the place of one that waits, or waits behind it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from slipway.approvals.supersede import Supersession
from slipway.models import (
    Candidate,
    Decision,
    PipelineStep,
    Question,
    Release,
    Replacement,
    RollbackRequest,
    State,
)
from slipway.releases import transitions
from slipway.releases.record_question import record_question
from tests.support.fakes import NOW, FakeLedger, FakePipeline
from tests.support.made_releases import changed

QUESTION = Question("token", NOW, NOW + timedelta(hours=4))


@pytest.fixture
def ledger() -> FakeLedger:
    """birds-r1 waits for an answer, birds-r2 is being built."""
    ledger = FakeLedger()
    for number, state in ((1, State.WAITING), (2, State.BUILDING)):
        ledger.open(Candidate(f"birds-{number:012}", "birds", f"models/birds/v{number}/", (), NOW), state, "", NOW)
    ledger.change("birds-r1", lambda one: changed(one, question=QUESTION))
    return ledger


def step(ledger: FakeLedger, release_id: str, state: State) -> Release:
    return ledger.change(release_id, lambda one: transitions.apply(one, PipelineStep("execution", state, NOW)))


def test_a_newer_one_takes_the_place_of_the_one_that_waits(ledger: FakeLedger) -> None:
    """CodePipeline is told no, so that staging becomes free; nobody is said to have rejected it."""
    pipeline = FakePipeline()
    Supersession(ledger, pipeline, withdraw=True).release_built("birds-r2", NOW)
    assert [(token, given.outcome, given.source, given.reason) for token, given in pipeline.answers] == [
        ("token", "rejected", "slipway", "Superseded by birds-r2.")
    ]
    ended = step(ledger, "birds-r1", State.REJECTED)
    assert (ended.state, ended.queueing.superseded_by) == (State.SUPERSEDED, "birds-r2")


def test_a_newer_one_waits_where_that_is_wanted(ledger: FakeLedger) -> None:
    """Both know of each other until staging is free."""
    pipeline = FakePipeline()
    newer = Supersession(ledger, pipeline, withdraw=False).release_built("birds-r2", NOW)
    waiting, newer = ledger.release("birds-r1"), ledger.release(newer.id)
    assert (waiting.queueing.superseded_by, newer.queueing.blocked_by, pipeline.answers) == ("birds-r2", "birds-r1", [])
    moved = step(ledger, "birds-r2", State.STAGING)
    assert (moved.queueing.blocked_by, moved.queueing.built_at) == ("", None)


def test_a_newer_one_that_came_while_the_older_was_tested_takes_its_place_when_it_is_asked_about(
    ledger: FakeLedger,
) -> None:
    """The question is withdrawn as soon as it can be."""
    ledger.change("birds-r1", lambda one: changed(one, state=State.TESTING, question=None))
    pipeline = FakePipeline()
    gate = Supersession(ledger, pipeline, withdraw=True)
    gate.release_built("birds-r2", NOW)
    assert pipeline.answers == []
    gate.approval_requested(record_question(ledger, "birds-r1", QUESTION), NOW)
    assert [token for token, _ in pipeline.answers] == ["token"]


@pytest.mark.parametrize("given", ["decision", "pending_decision"])
def test_an_answer_that_was_faster_stands(ledger: FakeLedger, given: str) -> None:
    """Who approved in the same moment is not overruled."""
    answer = Decision("approved", "ada@example.com", NOW, "slack")
    ledger.change("birds-r1", lambda one: changed(one, **{given: answer}))
    pipeline = FakePipeline()
    Supersession(ledger, pipeline, withdraw=True).release_built("birds-r2", NOW)
    assert pipeline.answers == []


def test_an_answer_in_the_console_that_was_faster_stands(ledger: FakeLedger) -> None:
    """CodePipeline refuses ours, and its next event tells what was answered."""
    pipeline = FakePipeline(answers=[("token", Decision("approved", "somebody", NOW, "console"))])
    Supersession(ledger, pipeline, withdraw=True).release_built("birds-r2", NOW)
    assert step(ledger, "birds-r1", State.RELEASING).state is State.RELEASING


def test_news_of_a_build_that_is_past_the_gate_withdraws_nothing(ledger: FakeLedger) -> None:
    """EventBridge keeps no order."""
    ledger.change("birds-r2", lambda one: replace(one, state=State.FAILED))
    pipeline = FakePipeline()
    Supersession(ledger, pipeline, withdraw=True).release_built("birds-r2", NOW)
    assert pipeline.answers == []


def test_a_built_release_does_not_wait_behind_one_that_is_only_built(ledger: FakeLedger) -> None:
    """Staging is free: both are on their way to it."""
    ledger.change("birds-r1", lambda one: replace(one, state=State.FAILED))
    ledger.open(Candidate("birds-000000000003", "birds", "models/birds/v3/", (), NOW), State.BUILDING, "", NOW)
    supersession = Supersession(ledger, FakePipeline(), withdraw=True)
    supersession.release_built("birds-r2", NOW)
    supersession.release_built("birds-r3", NOW)
    queueing = [ledger.release(name).queueing for name in ("birds-r2", "birds-r3")]
    assert [(one.blocked_by, one.superseded_by) for one in queueing] == [("", "")] * 2


@pytest.mark.parametrize("withdraw", [True, False])
def test_a_release_that_has_moved_on_is_not_withdrawn(
    ledger: FakeLedger, monkeypatch: pytest.MonkeyPatch, withdraw: bool
) -> None:
    """It waited when it was listed, and does not when it is to be changed."""
    listed = list(ledger.unfinished())
    ledger.change("birds-r1", lambda one: replace(one, state=State.FAILED))
    monkeypatch.setattr(ledger, "unfinished", lambda: listed)
    pipeline = FakePipeline()
    Supersession(ledger, pipeline, withdraw=withdraw).release_built("birds-r2", NOW)
    ended = ledger.release("birds-r1")
    assert (ended.queueing.superseded_by, ended.approval.pending_decision, pipeline.answers) == ("", None, [])


def test_a_closed_question_is_not_withdrawn(ledger: FakeLedger) -> None:
    """CodePipeline has its answer: the news of it are on their way."""
    ledger.change("birds-r1", lambda one: changed(one, question=replace(QUESTION, closed=True)))
    pipeline = FakePipeline()
    Supersession(ledger, pipeline, withdraw=True).release_built("birds-r2", NOW)
    assert (ledger.release("birds-r1").approval.pending_decision, pipeline.answers) == (None, [])


def test_another_model_waits_behind_a_question(ledger: FakeLedger) -> None:
    """Nobody has said that it takes a place."""
    pipeline = FakePipeline()
    ledger.change("birds-r2", lambda one: replace(one, model="owls"))
    Supersession(ledger, pipeline, withdraw=True).release_built("birds-r2", NOW)
    assert (pipeline.answers, ledger.release("birds-r2").queueing.blocked_by) == ([], "birds-r1")


def test_another_model_that_replaces_one_takes_the_place(ledger: FakeLedger) -> None:
    """Its marker said so, with a reason."""
    pipeline = FakePipeline()
    ledger.change("birds-r2", lambda one: replace(one, model="owls", replaces=Replacement("birds", "Owls see")))
    Supersession(ledger, pipeline, withdraw=True).release_built("birds-r2", NOW)
    assert [token for token, _ in pipeline.answers] == ["token"]


@pytest.mark.parametrize("withdraw", [True, False])
def test_a_way_back_waits_behind_no_question(ledger: FakeLedger, *, withdraw: bool) -> None:
    """Whatever OnNewerCandidate says, and whatever model waits; who is withdrawn is told for what."""
    pipeline = FakePipeline()
    ledger.change("birds-r2", lambda one: replace(one, model="owls", rollback=RollbackRequest("owls-r1", "ada")))
    Supersession(ledger, pipeline, withdraw=withdraw).release_built("birds-r2", NOW)
    assert [given.reason for _, given in pipeline.answers] == [
        "Superseded by birds-r2, which goes back to owls-r1: upload it again afterwards."
    ]
