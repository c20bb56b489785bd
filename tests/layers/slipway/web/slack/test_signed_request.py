"""A request from Slack proves itself before anything in it is read."""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from slipway.errors import NotAuthentic
from slipway.models import Click, Json
from slipway.web.slack import signed_request

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # the example in Slack's own documentation
NOW = datetime.fromtimestamp(1531420618, UTC)
BODY = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
    b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
    b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
    b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
HEADERS = {
    "x-slack-request-timestamp": "1531420618",
    "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
}


def test_slacks_own_example_is_authentic() -> None:
    """The vector of Slack's documentation."""
    signed_request.verify(SECRET, HEADERS, BODY, NOW)


@pytest.mark.parametrize(
    ("secret", "headers", "body", "late"),
    [
        ("another secret", {}, BODY, 0),
        ("", {}, BODY, 0),
        (SECRET, {}, BODY + b" ", 0),
        (SECRET, {}, BODY, 301),
        (SECRET, {}, BODY, -301),
        (SECRET, {"x-slack-signature": ""}, BODY, 0),
        (SECRET, {"x-slack-signature": "v0=ä"}, BODY, 0),
        (SECRET, {"x-slack-signature": HEADERS["x-slack-signature"].upper()}, BODY, 0),
        (SECRET, {"x-slack-request-timestamp": ""}, BODY, 0),
        (SECRET, {"x-slack-request-timestamp": "1531420618.0"}, BODY, 0),
        (SECRET, {"x-slack-request-timestamp": "-1531420618"}, BODY, 0),
        (SECRET, {"x-slack-request-timestamp": "١٥٣١٤٢٠٦١٨"}, BODY, 0),
        (SECRET, {"x-slack-request-timestamp": "9" * 400}, BODY, 0),
        (SECRET, {"x-slack-request-timestamp": "1531420619"}, BODY, 0),
    ],
)
def test_anything_else_is_not(secret: str, headers: dict[str, str], body: bytes, late: int) -> None:
    """Another secret, another body, another time, or no proof at all."""
    with pytest.raises(NotAuthentic):
        signed_request.verify(secret, {**HEADERS, **headers}, body, NOW + timedelta(seconds=late))


def test_a_missing_header_is_no_proof() -> None:
    """Nothing is assumed."""
    with pytest.raises(NotAuthentic):
        signed_request.verify(SECRET, {}, BODY, NOW)


def test_an_empty_secret_opens_nothing() -> None:
    """A secret that was never filled in must not become everybody's key."""
    digest = hmac.new(b"", b"v0:1531420618:" + BODY, hashlib.sha256).hexdigest()
    with pytest.raises(NotAuthentic):
        signed_request.verify("", {**HEADERS, "x-slack-signature": f"v0={digest}"}, BODY, NOW)


def test_a_press_of_a_button_is_understood(event: Callable[[str], Json]) -> None:
    """Who pressed what, on which release and question."""
    body = urlencode({"payload": json.dumps(event("slack-press"))}).encode()
    assert signed_request.parse(body) == Click(
        "U0ADA",
        "approve",
        "birds-r12 3c469e9d6c58",
        "https://hooks.slack.com/actions/AABA1ABCD/1232321423432/D09sSasdasdAS9091209",
        "12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3",
    )


def test_a_reason_in_a_modal_is_understood(event: Callable[[str], Json]) -> None:
    """The modal remembers which button opened it."""
    body = urlencode({"payload": json.dumps(event("slack-rejection"))}).encode()
    assert signed_request.parse(body) == Click(
        "U0ADA",
        "rejected",
        "birds-r12 3c469e9d6c58",
        "https://hooks.slack.com/actions/AABA1ABCD/1232321423432/D09sSasdasdAS9091209",
        reason="The third golden picture is a wren.",
    )


def sent(payload: Json, **changed: object) -> bytes:
    return urlencode({"payload": json.dumps({**payload, **changed})}).encode()


GRID = {"id": "E0GRID", "name": "Example"}
PERSON = {"id": "U0ADA", "team_id": "T9TK3CUKW"}


@pytest.mark.parametrize("payload", ["slack-press", "slack-rejection"])
@pytest.mark.parametrize(
    ("team", "changed"),
    [
        ("T9TK3CUKW", {}),
        ("T9TK3CUKW", {"team": None, "enterprise": GRID, "is_enterprise_install": True}),
        ("T9TK3CUKW", {"team": {"id": "T0SHARED"}}),
        ("T9TK3CUKW", {"user": {"id": "U0ADA"}}),
        ("T9TK3CUKW", {"user": {"id": "U0ADA", "team_id": "E0GRID"}}),
        ("E0GRID", {"team": None, "enterprise": GRID, "is_enterprise_install": True}),
        ("E0GRID", {"team": {"id": "T0ANY", "enterprise_id": "E0GRID"}}),
        ("E0GRID", {"user": {"id": "U0ADA", "team_id": "E0GRID"}}),
    ],
)
def test_a_person_of_the_workspace_or_the_organisation_is_taken(
    event: Callable[[str], Json], payload: str, team: str, changed: Json
) -> None:
    """Whichever of the ids Slack sends where the app is installed for an organisation or a channel is shared."""
    assert signed_request.parse(sent(event(payload), **changed), team).user == "U0ADA"


@pytest.mark.parametrize("payload", ["slack-press", "slack-rejection"])
@pytest.mark.parametrize(
    ("team", "changed"),
    [
        ("T0ANOTHER", {}),
        ("T9TK3CUKW", {"user": {"id": "U0ADA", "team_id": "T0SHARED"}}),
        ("T9TK3CUKW", {"user": {"id": "U0ADA", "team_id": "T0SHARED"}, "team": None, "enterprise": GRID}),
        ("T9TK3CUKW", {"user": {"id": "U0ADA"}, "team": None}),
        ("T9TK3CUKW", {"user": {"id": "U0ADA", "team_id": ["T9TK3CUKW"]}}),
        ("E0GRID", {}),
        ("E0GRID", {"enterprise": {"id": "E0ANOTHER"}}),
        ("E0GRID", {"enterprise": None, "team": None}),
    ],
)
def test_a_person_of_another_workspace_or_organisation_is_not(
    event: Callable[[str], Json], payload: str, team: str, changed: Json
) -> None:
    """Where the channel is does not count: another company's people may be in it."""
    with pytest.raises(NotAuthentic):
        signed_request.parse(sent(event(payload), **changed), team)


def test_other_interactions_are_none_of_ours() -> None:
    """Slack may send more than we use."""
    assert signed_request.parse(urlencode({"payload": '{"type": "shortcut"}'}).encode()) == signed_request.NOTHING


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"payload=",
        b"payload={",
        b"payload=[]",
        b"payload={}",
        b'payload={"type":"block_actions","actions":[]}',
        b'payload={"type":"view_submission","user":{"id":"U0ADA"},"view":{"private_metadata":"birds-r12"}}',
        b'payload={"type":["view_submission"]}',
        b"\xff\xfe",
        b"payload=" + b"[" * 100_000,
        b'payload={"type":"block_actions","user":{"id":{}},"actions":[{"action_id":"approve"}]}',
        b'payload={"type":"block_actions","user":{"id":"U0ADA"},"actions":[{"action_id":"approve","value":7}]}',
        b'payload={"type":"block_actions","user":{"id":"\\ud83d"},"actions":[{"action_id":"approve"}]}',
        b'payload={"type":"block_actions","user":{"id":"' + b"U" * 20_001 + b'"},"actions":[{"action_id":"approve"}]}',
    ],
)
def test_what_slack_never_sends_is_not_authentic(body: bytes) -> None:
    """Even with a right signature a body must make sense."""
    with pytest.raises(NotAuthentic):
        signed_request.parse(body)
