"""What people do in Slack is taken only when it proves itself, and is acknowledged before it is handled."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from functions.web import app
from slipway.adapters.clock import SystemClock
from slipway.bootstrap import web_slack
from slipway.errors import ChatFailed
from slipway.models import Json
from slipway.web.slack.interactions import SlackInteractions
from tests.support.fakes import FakeQueue
from tests.support.slack_requests import signed_request

SECRET = "the signing secret"


class World:
    """The outside of the function, recorded."""

    def __init__(self) -> None:
        self.queue, self.modals = FakeQueue(), list[tuple[str, Json]]()
        self.told = list[tuple[str, str]]()

    def open_view(self, token: str, trigger_id: str, view: Json) -> None:
        self.modals.append((trigger_id, view))

    def respond(self, response_url: str, text: str) -> None:
        self.told.append((response_url, text))

    @property
    def interactions(self) -> SlackInteractions:
        credentials = {"signing_secret": SECRET, "bot_token": "xoxb-secret"}
        return SlackInteractions(
            lambda: credentials, self.queue, self.open_view, self.respond, SystemClock(), "T9TK3CUKW"
        )

    @property
    def untouched(self) -> bool:
        return not self.queue.sent and not self.modals


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()
    monkeypatch.setattr(web_slack, "build", lambda: world.interactions)
    return world


@pytest.fixture
def request_of(event: Callable[[str], Json]) -> Callable[..., Json]:
    """Sign what Slack sends, as a request to the function's URL."""

    def make(
        payload: str = "slack-press",
        secret: str = SECRET,
        age: float = 0,
        change: Callable[[bytes], bytes] = lambda body: body,
        user: Json | None = None,
        **changed: Any,
    ) -> Json:
        content = event(payload)
        content["actions"] = [{**action, **changed} for action in content.get("actions", [])]
        content |= {"user": user} if user else {}
        return signed_request(event("slack-request"), content, secret, age, change)

    return make


@pytest.mark.parametrize(("payload", "action"), [("slack-press", "approve"), ("slack-rejection", "rejected")])
def test_a_vote_is_passed_on_and_acknowledged(
    world: World, request_of: Callable[..., Json], context: Any, payload: str, action: str
) -> None:
    """The queue keeps it until it is handled."""
    assert app.lambda_handler(request_of(payload), context) == {"statusCode": 200, "body": ""}
    [(message, _)] = world.queue.sent
    assert (json.loads(message)["action"], json.loads(message)["user"]) == (action, "U0ADA")


def test_a_click_that_could_not_be_kept_is_not_acknowledged(
    world: World, request_of: Callable[..., Json], context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack shows the person that it failed, instead of silence."""

    def down(body: str) -> None:
        raise TimeoutError

    monkeypatch.setattr(world.queue, "send", down)
    with pytest.raises(TimeoutError):
        app.lambda_handler(request_of(), context)


def test_rejecting_asks_for_a_reason_first(world: World, request_of: Callable[..., Json], context: Any) -> None:
    """The modal opens at once, and nothing is decided yet."""
    assert app.lambda_handler(request_of(action_id="reject"), context)["statusCode"] == 200
    [(_, view)] = world.modals
    assert (view["callback_id"], view["title"]["text"], world.queue.sent) == ("rejected", "Reject birds-r12", [])


def test_a_modal_that_slack_does_not_open_is_no_failure(
    world: World, request_of: Callable[..., Json], context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The press is acknowledged all the same, and the person told to press again."""

    def down(*arguments: Any) -> None:
        raise ChatFailed("Slack did not take views.open: expired_trigger_id")

    monkeypatch.setattr(world, "open_view", down)
    assert app.lambda_handler(request_of(action_id="reject"), context)["statusCode"] == 200
    assert [json.loads(message)["action"] for message, _ in world.queue.sent] == ["not_asked"]


@pytest.mark.parametrize("payload", ["slack-press", "slack-rejection"])
@pytest.mark.parametrize(
    "forged",
    [
        {"secret": "another app's"},
        {"age": 301},
        {"age": -330},
        {"change": lambda body: body.replace(b"U0ADA", b"U0EVE")},
    ],
)
def test_a_forged_request_changes_nothing(
    world: World, request_of: Callable[..., Json], context: Any, payload: str, forged: dict[str, Any]
) -> None:
    """Wrong signature, old timestamp, changed body: 401."""
    assert app.lambda_handler(request_of(payload, **forged), context) == {"statusCode": 401, "body": "Not authentic."}
    assert world.untouched


@pytest.mark.parametrize("payload", ["slack-press", "slack-rejection"])
def test_a_request_of_another_workspace_changes_nothing(
    world: World, request_of: Callable[..., Json], context: Any, payload: str
) -> None:
    """The app's own signature is on it, wherever the app is installed."""
    request = request_of(payload, user={"id": "U0ADA", "team_id": "T0ANOTHER"})
    assert app.lambda_handler(request, context) == {"statusCode": 401, "body": "Not authentic."}
    assert world.untouched


def test_slack_posts(world: World, request_of: Callable[..., Json], context: Any) -> None:
    """There is nothing to see at its address."""
    request = request_of()
    request["requestContext"]["http"]["method"] = "GET"
    assert app.lambda_handler(request, context)["statusCode"] == 404
    assert world.untouched


def test_nothing_secret_is_logged(
    world: World, request_of: Callable[..., Json], context: Any, logged: Callable[[Any], io.StringIO]
) -> None:
    """Neither signature nor body nor secret reaches the log."""
    log = logged(app.logger)
    request = request_of(secret="another")
    app.lambda_handler(request, context)
    assert "refused" in log.getvalue()
    for secret in (SECRET, "xoxb", request["headers"]["x-slack-signature"], request["body"], "9s8d9as89d8as9d8as989"):
        assert secret not in log.getvalue()
