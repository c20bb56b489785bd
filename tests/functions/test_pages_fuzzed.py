"""Whatever a browser sends to a page, with a link or without: no failure of ours, and nothing of it back as it came."""

from __future__ import annotations

import base64
import json
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from unittest.mock import patch
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.web import app
from slipway.bootstrap import web_pages
from slipway.models import Json
from tests.support.made_site import World, past

METHODS = st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "get", ""])
PLACES = ["/review", "/history", "/history.json", "/history/digits-r12", "/history/digits-r12.json", "/back"]
PLACES += ["/history/digits-r12/staging", "/history/birds-r35"]
# Markup that does not end, and letters that are not seen, around whatever hypothesis thinks of.
HOSTILE = st.text(max_size=40).map(lambda text: f"<zq{text}\u202e\x00\u200b")
PATHS = st.sampled_from(PLACES) | HOSTILE.map(lambda text: f"/history/{quote(text)}") | HOSTILE.map("/".__add__)
NAMES = ["t", "answer", "reason", "seen", "model", "state", "before", "format", "live", "target"]
FIELDS = st.dictionaries(st.sampled_from(NAMES) | HOSTILE, HOSTILE | st.sampled_from(["approve", "reject", "json"]))
HEADERS = st.dictionaries(st.sampled_from(["origin", "host", "sec-fetch-site", "cookie", "x-forwarded-host"]), HOSTILE)


@pytest.fixture(scope="module", autouse=True)
def world() -> Iterator[World]:
    """Answer from fakes, quietly."""
    world = World(required=3, own=True, now=datetime.now(UTC))
    past(world)
    with patch.object(web_pages, "build", lambda: world.app), patch.object(app.logger, "info"):
        yield world


def send(method: str, path: str, query: str, body: str, headers: dict[str, str], *, encoded: bool = False) -> Json:
    sent = base64.b64encode(body.encode()).decode() if encoded else body
    event: Json = {"requestContext": {"http": {"method": method}}, "rawPath": path, "rawQueryString": query}
    event |= {"headers": headers, "body": sent, "isBase64Encoded": encoded}
    return app.lambda_handler(json.loads(json.dumps(event)), None)  # type: ignore[arg-type]


@settings(max_examples=300, deadline=None)
@given(METHODS, PATHS, FIELDS, FIELDS, HEADERS, st.booleans())
def test_a_stranger_gets_one_of_two_answers(
    method: str, path: str, query: dict[str, str], form: dict[str, str], headers: dict[str, str], encoded: bool
) -> None:
    """To the byte: the link opens nothing, or there is no such page."""
    forbidden, not_found = send("GET", "/review", "", "", {}), send("GET", "/", "", "", {})
    answer = send(method, path, urlencode(query), urlencode(form), headers, encoded=encoded)
    assert answer in (forbidden, not_found)
    assert (forbidden["statusCode"], not_found["statusCode"]) == (403, 404)


@settings(max_examples=300, deadline=None)
@given(METHODS, PATHS, FIELDS, FIELDS, st.booleans(), st.booleans())
def test_an_approver_gets_nothing_back_as_it_came(
    world: World, method: str, path: str, query: dict[str, str], form: dict[str, str], review: bool, encoded: bool
) -> None:
    """Text is escaped, what is hidden in it is written out, and an address stays one."""
    world.waits()
    token = {"t": world.token() if review else world.history_token()}
    answer = send(method, path, urlencode(query | token), urlencode(form | token), {}, encoded=encoded)
    assert answer["statusCode"] < 500
    said = answer["body"] + json.dumps(answer["headers"])
    assert "<zq" not in said
    assert not [letter for letter in said if unicodedata.category(letter) in ("Cc", "Cf") and letter != "\n"]


@settings(deadline=None)
@given(METHODS, PATHS, st.text(), st.text(st.characters()), st.booleans())
def test_what_is_no_form_is_an_empty_one(method: str, path: str, query: str, body: str, encoded: bool) -> None:
    """No base64, no UTF-8, no percent encoding."""
    event = {"requestContext": {"http": {"method": method}}, "rawPath": path, "rawQueryString": query, "body": body}
    answer = app.lambda_handler(event | {"isBase64Encoded": encoded}, None)  # type: ignore[arg-type]
    assert answer["statusCode"] in (403, 404)
