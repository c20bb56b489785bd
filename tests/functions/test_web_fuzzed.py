"""Whatever is sent to the function URL is answered, and never as our own failure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import quote_from_bytes, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.web import app
from slipway.adapters.clock import SystemClock
from slipway.bootstrap import web_pages, web_slack
from slipway.models import Json
from slipway.web.slack.interactions import SlackInteractions
from tests.support.fakes import FakeQueue
from tests.support.made_site import World, past

SECRET = "the signing secret"
EVENTS = Path(__file__).parent.parent.parent / "events"
PAYLOADS = [json.loads((EVENTS / f"slack-{name}.json").read_text()) for name in ("press", "rejection")]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
# A request is an event in JSON: half a character may be in any of its texts.
TEXT = st.text(st.characters(), max_size=60)
HEADERS = st.dictionaries(
    st.sampled_from(["x-slack-signature", "x-slack-request-timestamp", "origin", "host", "sec-fetch-site"]), TEXT
)


@pytest.fixture(scope="module", autouse=True)
def world() -> Iterator[World]:
    """Answer from fakes, quietly."""
    world = World(required=1, now=datetime.now(UTC))
    past(world)
    credentials = {"signing_secret": SECRET, "bot_token": "xoxb-secret"}
    slack = SlackInteractions(
        lambda: credentials, FakeQueue(), lambda *_: None, lambda *_: None, SystemClock(), "T9TK3CUKW"
    )
    with (
        patch.object(web_slack, "build", lambda: slack),
        patch.object(web_pages, "build", lambda: world.app),
        patch.object(app.logger, "info"),
        patch.object(app.logger, "warning"),
    ):
        yield world


def request(path: str, method: str = "POST", **fields: Any) -> Json:
    return {"rawPath": path, "requestContext": {"http": {"method": method}}, **fields}


def signed(body: bytes) -> Json:
    stamp = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    headers = {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}
    return request("/slack", headers=headers, body=base64.b64encode(body).decode(), isBase64Encoded=True)


def status(event: Json) -> int:
    """Send an event as Lambda does, in JSON; gives the status of the answer, which is JSON, too."""
    answer = app.lambda_handler(json.loads(json.dumps(event)), None)  # type: ignore[arg-type]
    return int(json.loads(json.dumps(answer))["statusCode"])


@settings(deadline=None)
@given(body=TEXT | st.none(), encoded=st.booleans(), headers=HEADERS | st.none())
def test_an_unsigned_request_is_refused(body: str | None, encoded: bool, headers: dict[str, str] | None) -> None:
    """Whatever its body, its headers and its encoding are."""
    event = request("/slack", body=body, isBase64Encoded=encoded)
    assert status(event if headers is None else event | {"headers": headers}) == 401


@settings(deadline=None)
@given(body=st.binary(max_size=200) | st.binary(max_size=200).map(lambda each: b"payload=" + each))
def test_a_signed_request_without_a_payload_is_refused(body: bytes) -> None:
    """No text, no form, no JSON."""
    assert status(signed(body)) == 401


@settings(deadline=None)
@given(payload=ANYTHING)
def test_a_signed_payload_of_any_kind_is_answered(payload: Any) -> None:
    """JSON of any shape, with surrogates, infinities and very large numbers."""
    assert status(signed(urlencode({"payload": json.dumps(payload)}).encode())) in (200, 401)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_payload_in_which_anything_is_missing_or_changed_is_answered(data: st.DataObject) -> None:
    """At any depth of what Slack sends when a button is pressed or a modal submitted."""
    payload = deepcopy(data.draw(st.sampled_from(PAYLOADS)))
    for _ in range(data.draw(st.integers(1, 3))):
        spoil(payload, data)
    assert status(signed(urlencode({"payload": json.dumps(payload)}).encode())) in (200, 401)


def spoil(payload: Any, data: st.DataObject) -> None:
    """Remove or replace a member, somewhere."""
    while True:
        names = list(payload) if isinstance(payload, dict) else list(range(len(payload)))
        if not names:
            return
        name = data.draw(st.sampled_from(names))
        if isinstance(payload[name], dict | list) and data.draw(st.booleans()):
            payload = payload[name]
        elif data.draw(st.booleans()):
            del payload[name]
            return
        else:
            payload[name] = data.draw(ANYTHING)
            return


@pytest.mark.parametrize("depth", [1_000, 100_000])
def test_a_deep_payload_is_refused(depth: int) -> None:
    """Python's own depth is limited."""
    body = b"payload=" + quote_from_bytes(b'{"type": ' + b"[" * depth).encode()
    assert status(signed(body)) == 401


@settings(deadline=None)
@given(
    path=TEXT.map(lambda text: "/" + text) | st.sampled_from(["/review", "/history", "/history/x", "/back", "/"]),
    method=st.sampled_from(["GET", "HEAD", "POST", "PUT", "OPTIONS"]),
    query=TEXT,
    body=TEXT | st.none(),
    encoded=st.booleans(),
    headers=HEADERS | st.none(),
)
def test_a_page_is_answered_whatever_is_asked(
    path: str, method: str, query: str, body: str | None, encoded: bool, headers: dict[str, str] | None
) -> None:
    """A stranger is shown a page, or sent away, and never told that we broke."""
    event = request(path, method, rawQueryString=query, body=body, isBase64Encoded=encoded)
    assert status(event if headers is None else event | {"headers": headers}) < 500
