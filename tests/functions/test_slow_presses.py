"""A press is answered before Slack gives up, however slow AWS and Slack are, and nobody is told what is not true."""

from __future__ import annotations

import asyncio
import io
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from functions.web import app
from slipway.adapters import aws_json
from slipway.bootstrap import web_slack
from slipway.models import Json
from slipway.web.slack.interactions import NO_WINDOW, SECONDS_TO_EXPLAIN, SECONDS_TO_TAKE, UNCERTAIN
from tests.support.fault_server import Asked, Fault, FaultServer, drips, resets, says
from tests.support.slack_requests import signed_request

SECRET = "the signing secret"
CREDENTIALS = {"SecretString": json.dumps({"signing_secret": SECRET, "bot_token": "xoxb-secret"})}
AT_MOST = SECONDS_TO_TAKE + SECONDS_TO_EXPLAIN + 0.3  # Slack waits three


async def hangs(_: Asked, writer: asyncio.StreamWriter) -> bool:
    """Take the request, and say nothing."""
    await asyncio.sleep(30)
    return False


@pytest.fixture
def server() -> Iterator[FaultServer]:
    """Give AWS (at /) and Slack (at /hook and /api/views.open), and forget what a warm function knows."""
    aws_json._secret.cache_clear()
    web_slack.build.cache_clear()
    with FaultServer() as server:
        server.faults = {"/hook": [says({})], "/api/views.open": [says({"ok": True})]}
        yield server
    web_slack.build.cache_clear()
    aws_json._secret.cache_clear()


@pytest.fixture
def press(
    server: FaultServer, event: Callable[[str], Json], context: Any, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Json]:
    """Press what a sample has, in an environment in which AWS is the server; at most three seconds may pass."""
    settings = {
        "SLACK_SECRET": "arn:aws:secretsmanager:us-east-1:123456789012:secret:slack",
        "SLACK_TEAM": "T9TK3CUKW",
        "SLACK_API_URL": f"{server.url}/api/",
        "CLICKS_QUEUE": "https://queue",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": server.url,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    def pressed(sample: str = "slack-press", **changed: Any) -> Json:
        content = event(sample) | {"response_url": f"{server.url}/hook"}
        content["actions"] = [{**action, **changed} for action in content.get("actions", [])]
        request, began = signed_request(event("slack-request"), content, SECRET), time.monotonic()
        answer: Json = app.lambda_handler(request, context)
        assert time.monotonic() - began < AT_MOST
        return answer

    return pressed


def told(server: FaultServer) -> list[str]:
    """What the person was shown below the card."""
    return [json.loads(asked.body)["text"] for asked in server.asked if asked.target == "/hook"]


@pytest.mark.parametrize("slow", [hangs, drips])
def test_a_press_that_the_queue_does_not_take_in_time_is_explained(
    server: FaultServer, press: Callable[..., Json], slow: Fault
) -> None:
    """It was sent twice within the time, each time it may have arrived, and the person is told just that."""
    server.faults["/"] = [says(CREDENTIALS), slow]
    assert press() == {"statusCode": 200, "body": ""}
    assert told(server) == [UNCERTAIN]


def test_a_press_is_tried_once_more_within_the_time(server: FaultServer, press: Callable[..., Json]) -> None:
    """A queue that did not answer at first does then; nothing is explained."""
    server.faults["/"] = [says(CREDENTIALS), hangs, says({"MessageId": "1"})]
    assert press() == {"statusCode": 200, "body": ""}
    assert server.paths() == ["/", "/", "/"]


def test_a_press_that_the_queue_refuses_is_explained(server: FaultServer, press: Callable[..., Json]) -> None:
    """For example because the function may not send to it."""
    server.faults["/"] = [says(CREDENTIALS), says({"__type": "AccessDenied"}, 403)]
    assert press() == {"statusCode": 200, "body": ""}
    assert told(server) == [UNCERTAIN]


def test_a_reason_that_is_not_taken_in_time_stays_in_the_window(
    server: FaultServer, press: Callable[..., Json]
) -> None:
    """Slack shows the sentence below the field, and the person sends it again."""
    server.faults["/"] = [says(CREDENTIALS), hangs]
    answer = press("slack-rejection")
    assert (answer["statusCode"], answer["headers"]) == (200, {"content-type": "application/json"})
    assert json.loads(answer["body"]) == {"response_action": "errors", "errors": {"reason": UNCERTAIN}}


def test_a_window_that_does_not_open_in_time_is_explained(server: FaultServer, press: Callable[..., Json]) -> None:
    """Nothing was rejected, and nothing is queued."""
    server.faults["/"] = [says(CREDENTIALS)]
    server.faults["/api/views.open"] = [hangs]
    assert press(action_id="reject") == {"statusCode": 200, "body": ""}
    assert told(server) == [NO_WINDOW]
    assert server.paths().count("/") == 1


@pytest.mark.parametrize("slow", [hangs, resets])
def test_where_the_person_cannot_be_told_slack_does(
    server: FaultServer, press: Callable[..., Json], slow: Fault
) -> None:
    """With its own warning, because the answer is not 200."""
    server.faults |= {"/": [says(CREDENTIALS), hangs], "/hook": [slow]}
    assert press()["statusCode"] == 503


@pytest.mark.parametrize("slow", [hangs, drips, resets])
def test_a_press_that_cannot_be_read_is_not_acknowledged(
    server: FaultServer, press: Callable[..., Json], slow: Fault, logged: Callable[[Any], io.StringIO]
) -> None:
    """Without the signing secret nobody knows who pressed: nothing of the request is called."""
    log = logged(app.logger)
    server.faults["/"] = [slow]
    assert press()["statusCode"] == 503
    assert told(server) == []
    assert "not taken" in log.getvalue()
    assert "xoxb" not in log.getvalue()
