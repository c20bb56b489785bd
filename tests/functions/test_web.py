"""Answers from Slack are taken only when they prove themselves."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fakes import NOW, FakeLedger, FakePipeline

from functions.web import app
from slipway import settings
from slipway.approvals import Panel
from slipway.errors import ChatFailed
from slipway.models import Approval, Candidate, Json, SmokeSummary, State, Verdict

SECRET = "the signing secret"
TOLD = settings.Web("ledger", "slipway", "arn", "U0ADA=ada@example.com", allow_self_approval=False)


class World:
    """The outside of the function, recorded."""

    def __init__(self) -> None:
        self.ledger, self.pipeline, self.told = FakeLedger(), FakePipeline(), list[str]()

    def tell(self, response_url: str, text: str) -> None:
        self.told.append(text)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()
    waiting = world.ledger.open(
        Candidate("birds-000000000001", "birds", "models/birds/v1/", (), NOW), State.RECEIVED, "", NOW
    )
    summary = SmokeSummary(Verdict.PASSED, 1, 0, 0, 1, "evidence")
    ready = {"state": State.WAITING, "approval": Approval("token", NOW, NOW + timedelta(days=1))}
    world.ledger.releases["birds-r12"] = _with(waiting, id="birds-r12", smoke={"staging": summary}, **ready)
    panel = Panel(world.ledger, world.pipeline, TOLD.approvers, own=False)
    monkeypatch.setattr(app, "parts", lambda: (TOLD, panel))
    monkeypatch.setattr(app, "slack_secret", lambda _: {"signing_secret": SECRET})
    monkeypatch.setattr(app, "tell", world.tell)
    return world


def _with(release: Any, **fields: Any) -> Any:
    return replace(release, **fields)


@pytest.fixture
def request_of(event: Callable[[str], Json]) -> Callable[..., Json]:
    def make(secret: str = SECRET, age: float = 0, change: Callable[[bytes], bytes] = lambda body: body) -> Json:
        request = event("slack-request")
        stamp, body = str(int(time.time() - age)), base64.b64decode(request["body"])
        digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        request["headers"] |= {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}
        return {**request, "body": base64.b64encode(change(body)).decode()}

    return make


def test_an_approvers_press_approves(world: World, request_of: Callable[..., Json], context: Any) -> None:
    """The pipeline gets the answer, Slack its acknowledgement."""
    assert app.lambda_handler(request_of(), context)["statusCode"] == 200
    assert [(token, given.decision, given.by) for token, given in world.pipeline.answers] == [
        ("token", "approved", "U0ADA")
    ]


@pytest.mark.parametrize(
    "forged",
    [{"secret": "another"}, {"age": 301}, {"age": -330}, {"change": lambda body: body.replace(b"U0ADA", b"U0EVE")}],
)
def test_a_forged_request_changes_nothing(
    world: World, request_of: Callable[..., Json], context: Any, forged: dict[str, Any]
) -> None:
    """Wrong signature, old timestamp, changed body: 401, and the release still waits."""
    assert app.lambda_handler(request_of(**forged), context) == {"statusCode": 401, "body": "Not authentic."}
    assert world.pipeline.answers == []
    assert world.ledger.release("birds-r12").answer is None


@pytest.mark.parametrize(("method", "path"), [("GET", "/slack"), ("POST", "/"), ("POST", "/slack/x")])
def test_other_addresses_are_not_found(
    world: World, request_of: Callable[..., Json], context: Any, method: str, path: str
) -> None:
    """There is one door."""
    request = request_of()
    request["rawPath"], request["requestContext"]["http"]["method"] = path, method
    assert app.lambda_handler(request, context)["statusCode"] == 404
    assert world.pipeline.answers == []


def test_a_refused_answer_is_told_to_the_person_alone(
    world: World, request_of: Callable[..., Json], context: Any
) -> None:
    """Slack gets its acknowledgement, the person the reason."""
    world.ledger.releases["birds-r12"] = _with(world.ledger.release("birds-r12"), state=State.RELEASING)
    assert app.lambda_handler(request_of(), context)["statusCode"] == 200
    assert world.told == ["birds-r12 is not waiting for an answer: it is releasing."]
    assert world.pipeline.answers == []


def test_a_word_that_slack_does_not_take_is_no_failure(
    world: World, request_of: Callable[..., Json], context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The press is acknowledged all the same."""

    def down(response_url: str, text: str) -> None:
        raise ChatFailed("Slack is down.")

    monkeypatch.setattr(app, "tell", down)
    world.ledger.releases.clear()
    assert app.lambda_handler(request_of(), context)["statusCode"] == 200


def test_nothing_secret_is_logged(
    world: World, request_of: Callable[..., Json], context: Any, logged: Callable[[Any], io.StringIO]
) -> None:
    """Neither signature nor body nor secret reaches the log."""
    log = logged(app.logger)
    request = request_of(secret="another")
    app.lambda_handler(request, context)
    assert "refused" in log.getvalue()
    for secret in (SECRET, request["headers"]["x-slack-signature"], request["body"], "9s8d9as89d8as9d8as989"):
        assert secret not in log.getvalue()
