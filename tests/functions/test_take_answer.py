"""Clicks are handled from their queue, and what is wrong with one is told to the person alone."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

import pytest

from functions.take_answer import app
from slipway.approvals.policy import Policy
from slipway.approvals.rollback import Rollback
from slipway.approvals.voting import Voting
from slipway.bootstrap import take_answer
from slipway.bootstrap.take_answer import TakeAnswer
from slipway.errors import ChatFailed
from slipway.models import Approver, Candidate, Click, Json, Question, Release, SmokeSummary, State, Verdict
from slipway.web.slack.clicks import ClickHandler
from tests.support.fakes import NOW, FakeClock, FakeEnvironments, FakeEvidence, FakeLedger, FakePipeline
from tests.support.made_releases import changed

QUESTION = Question("token", NOW, NOW + timedelta(days=1))
PRESS = Click("U0ADA", "approve", f"birds-r1 {QUESTION.id}", "https://slack.example.com/response")


def link(person: Approver, release: Release) -> str:
    return f"https://review.example.com/{person.email}"


class World:
    """The outside of the function, recorded."""

    def __init__(self) -> None:
        self.ledger, self.pipeline, self.told = FakeLedger(), FakePipeline(), list[str]()

    def respond(self, response_url: str, text: str) -> None:
        self.told.append(text)

    def take(self, click: Click, context: Any) -> Json:
        message = {"messageId": "1", "body": json.dumps(asdict(click)), "attributes": {}, "eventSource": "aws:sqs"}
        return dict(app.lambda_handler({"Records": [message]}, context))


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()
    world.ledger.open(Candidate("birds-000000000001", "birds", "models/birds/v1/", (), NOW), State.RECEIVED, "", NOW)
    smoke = {"staging": SmokeSummary(Verdict.PASSED, 1, 0, 0, 1, "evidence")}
    world.ledger.change("birds-r1", lambda one: changed(one, state=State.WAITING, smoke=smoke, question=QUESTION))
    policy = Policy.parse("U0ADA=ada@example.com", 1)
    voting = Voting(world.ledger, world.pipeline, FakeEnvironments(), policy, FakeEvidence())
    actions = ClickHandler(voting, Rollback(world.ledger, world.pipeline, policy), link)
    # Made anew for each call: a test may replace `respond`.
    monkeypatch.setattr(take_answer, "build", lambda: TakeAnswer(actions, world.respond, FakeClock()))
    return world


def test_an_approvers_press_approves(world: World, context: Any) -> None:
    """The pipeline gets the answer, with the name that the approver has in the parameter."""
    assert world.take(PRESS, context) == {"batchItemFailures": []}
    assert [(token, given.outcome, given.by) for token, given in world.pipeline.answers] == [
        ("token", "approved", "ada@example.com")
    ]


def test_a_modals_reason_is_kept(world: World, context: Any) -> None:
    """It goes to the pipeline and to the ledger."""
    world.take(replace(PRESS, action="rejected", reason="a wren"), context)
    answer = world.ledger.release("birds-r1").approval.decision
    assert answer is not None
    assert (answer.outcome, answer.reason) == ("rejected", "a wren")


def test_a_refused_answer_is_told_to_the_person_alone(world: World, context: Any) -> None:
    """And is done: it does not come again."""
    world.ledger.change("birds-r1", lambda one: replace(one, state=State.RELEASING))
    assert world.take(PRESS, context) == {"batchItemFailures": []}
    assert world.told == ["birds-r1 is not waiting for an answer: it is releasing."]
    assert world.pipeline.answers == []


def test_a_personal_link_is_told_and_never_logged(world: World, context: Any, logged: Any) -> None:
    """Whoever reads the log could answer with it."""
    said = logged(app.logger)
    world.take(replace(PRESS, action="review"), context)
    assert world.told == ["<https://review.example.com/ada@example.com|Review birds-r1>: the link is yours alone."]
    assert "review.example.com" not in said.getvalue()
    assert "handled" in said.getvalue()


def test_a_word_that_slack_does_not_take_is_no_failure(
    world: World, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The click is handled all the same."""

    def down(response_url: str, text: str) -> None:
        raise ChatFailed("Slack is down.")

    monkeypatch.setattr(world, "respond", down)
    assert world.take(replace(PRESS, value="birds-r9 x"), context) == {"batchItemFailures": []}


def test_a_click_that_failed_comes_again(world: World, context: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS was down: the queue delivers it once more."""

    def down(token: str, answer: Any) -> None:
        raise TimeoutError

    monkeypatch.setattr(world.pipeline, "answer", down)
    assert world.take(PRESS, context) == {"batchItemFailures": [{"itemIdentifier": "1"}]}


def test_a_button_that_decides_nothing_changes_nothing(world: World, context: Any) -> None:
    """Links are buttons, too."""
    assert world.take(replace(PRESS, action="staging"), context) == {"batchItemFailures": []}
    assert world.pipeline.answers == []
