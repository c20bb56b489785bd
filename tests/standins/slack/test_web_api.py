"""The Web API, called over HTTP."""

import json
from typing import Any

import pytest

from tests.support.slack_stage import CARD, StandIn

POST = {"channel": "C0RELEASES", "text": "digits-r2"}

REFUSED = [
    ("chat.postMessage", {"channel": "C0NOWHERE", "text": "hello"}, "channel_not_found"),
    ("chat.postMessage", {"text": "hello"}, "channel_not_found"),
    ("chat.postMessage", {"channel": "C0RELEASES"}, "no_text"),
    ("chat.postMessage", POST | {"text": "x" * 40_001}, "msg_too_long"),
    ("chat.postMessage", POST | {"text": 7}, "invalid_arguments"),
    ("chat.postMessage", POST | {"blocks": [{"type": "carousel"}]}, "invalid_blocks"),
    ("chat.postMessage", POST | {"blocks": "[{"}, "invalid_blocks_format"),
    ("chat.postMessage", POST | {"attachments": [{"text": "old"}]}, "invalid_attachments"),
    ("chat.postMessage", POST | {"thread_ts": "1.000000"}, "thread_not_found"),
    ("chat.postEphemeral", POST | {"user": "U0NOBODY"}, "user_not_in_channel"),
    ("chat.update", POST | {"ts": "1.000000"}, "message_not_found"),
    ("chat.update", {"channel": "C0NOWHERE", "ts": "1.000000", "text": "x"}, "channel_not_found"),
    ("views.open", {"trigger_id": "1"}, "invalid_arguments"),
    ("chat.shout", {}, "unknown_method"),
]


@pytest.mark.parametrize(("method", "arguments", "error"), REFUSED)
def test_a_call_is_refused_as_slack_refuses_it(
    slack: StandIn, method: str, arguments: dict[str, Any], error: str
) -> None:
    """The error is Slack's, and nothing is posted."""
    answer = slack.call(method, **arguments)
    assert (answer["ok"], answer["error"]) == (False, error)
    assert slack.messages() == []


def test_a_refusal_names_the_fault_in_its_metadata(slack: StandIn) -> None:
    """Whoever looks at the answer finds the block."""
    answer = slack.call("chat.postMessage", **POST, blocks=[{"type": "carousel"}])
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] unsupported type: carousel [json-pointer:/blocks/0/type]"
    ]


@pytest.mark.parametrize(
    ("authorization", "error"),
    [("", "not_authed"), ("Bearer xoxb-other", "invalid_auth"), ("Bearer xoxp-local", "invalid_auth")],
)
def test_only_the_bot_token_opens(slack: StandIn, authorization: str, error: str) -> None:
    """No token and a wrong one are told apart, with status 200."""
    answer = slack.client.post("/api/auth.test", headers={"Authorization": authorization})
    assert (answer.status_code, answer.json()["error"]) == (200, error)


def test_a_form_is_taken_with_its_json_arguments(slack: StandIn) -> None:
    """Older clients send the token and the blocks as fields of a form."""
    form = POST | {"token": slack.settings.token, "blocks": json.dumps(CARD)}
    assert slack.client.post("/api/chat.postMessage", data=form).json()["ok"]
    assert slack.messages()[0]["blocks"] == CARD


def test_blocks_without_an_id_get_one(slack: StandIn) -> None:
    """A payload of an interaction must name its block."""
    slack.post(blocks=[{"type": "divider"}, {"type": "divider"}])
    first, second = (block["block_id"] for block in slack.messages()[0]["blocks"])
    assert first != second


def test_an_update_keeps_place_and_history(slack: StandIn) -> None:
    """The message stays where it was, with every text that it had."""
    ts = slack.post("received", blocks=CARD)
    slack.post("another")
    slack.call("chat.update", channel="C0RELEASES", ts=ts, text="live", blocks=[])
    message = slack.messages()[0]
    assert (message["ts"], message["edits"], message["history"]) == (ts, 1, ["received", "live"])
    assert message["blocks"] == []


def test_an_update_without_blocks_keeps_them(slack: StandIn) -> None:
    """Only what is sent is replaced."""
    ts = slack.post(blocks=CARD)
    slack.call("chat.update", channel="C0RELEASES", ts=ts, text="live")
    assert slack.messages()[0]["blocks"] == CARD


def test_an_update_may_not_say_more_than_4000_bytes(slack: StandIn) -> None:
    """Slack counts bytes here, and far fewer than in a new message."""
    ts = slack.post()
    answer = slack.call("chat.update", channel="C0RELEASES", ts=ts, text="ä" * 2001)
    assert answer["error"] == "msg_too_long"


def test_an_ephemeral_message_cannot_be_updated(slack: StandIn) -> None:
    """It is for one user's eyes and has no life after that."""
    ts = slack.call("chat.postEphemeral", **POST, user="U0GRACE")["message_ts"]
    assert slack.messages()[0]["visible_to"] == "U0GRACE"
    assert slack.call("chat.update", **POST, ts=ts)["error"] == "message_not_found"


def test_a_rate_limit_lasts_as_many_calls_as_told(slack: StandIn) -> None:
    """Two calls are told to come back later, the third passes."""
    slack.client.post("/faults", json={"status": 429, "retry_after": 1, "times": 2})
    answers = [slack.client.post("/api/auth.test") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "1"


def test_an_outage_lasts_until_it_is_over(slack: StandIn) -> None:
    """Nothing is posted while Slack is down."""
    slack.client.post("/faults", json={"down": True})
    headers = {"Authorization": f"Bearer {slack.settings.token}"}
    assert slack.client.post("/api/chat.postMessage", json=POST, headers=headers).status_code == 503
    slack.client.post("/faults", json={})
    assert slack.post()
    assert len(slack.messages()) == 1


def test_the_state_is_on_disk_as_soon_as_it_is_answered(slack: StandIn) -> None:
    """Who reads slack.json sees what /state shows."""
    slack.post()
    assert json.loads((slack.settings.directory / "slack.json").read_text()) == slack.state()


def test_the_controls_take_json_only(slack: StandIn) -> None:
    """A form of another page in the browser cannot press a button."""
    answer = slack.client.post("/press", content="{}", headers={"Content-Type": "text/plain"})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_content_type")


def test_a_control_names_what_it_does_not_know(slack: StandIn) -> None:
    """A misspelt field is an error and not ignored."""
    answer = slack.client.post("/faults", json={"retry": 1}).json()
    assert answer["error"] == "invalid_arguments"
    assert "retry" in answer["message"]
