"""Pressed buttons: what the application receives, and what the user is told."""

import pytest
from slack_sdk.signature import SignatureVerifier

from standins.slack.delivery import signed
from tests.support.slack_stage import BUTTON, CARD, Application, StandIn


def test_a_press_is_signed_as_slack_signs(slack: StandIn, application: Application) -> None:
    """Slack's own verifier takes the request; with another secret it does not."""
    slack.press(slack.post(blocks=CARD))
    request = application.received[0]
    assert SignatureVerifier(slack.settings.signing_secret).is_valid_request(request.body, request.headers)
    assert not SignatureVerifier("another").is_valid_request(request.body, request.headers)


def test_a_press_tells_what_was_pressed_by_whom_and_where(slack: StandIn, application: Application) -> None:
    """The payload has the documented shape."""
    ts = slack.post(blocks=CARD)
    slack.press(ts, user="U0GRACE")
    payload = application.received[0].payload
    assert payload["type"] == "block_actions"
    assert payload["user"]["id"] == "U0GRACE"
    assert payload["channel"] == {"id": "C0RELEASES", "name": "releases"}
    assert payload["container"]["message_ts"] == payload["message"]["ts"] == ts
    assert payload["message"]["blocks"] == CARD
    assert payload["team"]["id"] == payload["user"]["team_id"]
    action = payload["actions"][0]
    assert (action["block_id"], action["action_id"], action["value"]) == ("answer", "approve", "digits-r2")
    assert float(action["action_ts"]) > float(ts)
    assert payload["trigger_id"]


def test_a_press_in_a_thread_names_the_thread(slack: StandIn, application: Application) -> None:
    """A reply's buttons work like others."""
    root = slack.post("card")
    slack.press(slack.post(blocks=CARD, thread_ts=root))
    assert application.received[0].payload["container"]["thread_ts"] == root


def test_the_outcome_of_a_press_is_recorded(slack: StandIn, application: Application) -> None:
    """Tests and the story can ask later."""
    answer = slack.press(slack.post(blocks=CARD))
    assert (answer["ok"], answer["status"]) == (True, 200)
    recorded = slack.state()["interactions"][0]
    assert (recorded["type"], recorded["user"], recorded["error"]) == ("block_actions", "U0ADA", None)
    assert recorded["response_url"] == application.received[0].payload["response_url"]


def test_a_name_below_localhost_is_this_machine(slack: StandIn, application: Application) -> None:
    """A function URL of the local AWS is told from others by its Host header."""
    host = f"abc.lambda-url.us-east-1.localhost:{application.port}"
    slack.send_requests_to(f"http://{host}/slack")
    assert slack.press(slack.post(blocks=CARD))["ok"]
    request = application.received[0]
    assert (request.headers["Host"], request.path) == (host, "/slack")


@pytest.mark.parametrize("slack", [0.3], indirect=True)
def test_an_application_that_is_too_slow_has_timed_out(slack: StandIn, application: Application) -> None:
    """The user who pressed is told what Slack tells."""
    application.may_answer.clear()
    ts = slack.post(blocks=CARD)
    answer = slack.press(ts)
    assert (answer["ok"], answer["error"]) == (False, "operation_timed_out")
    assert slack.messages()[0]["warnings"] == {"U0ADA": answer["message"]}
    assert "timed out" in slack.client.get("/").text
    assert "timed out" not in slack.client.get("/?user=U0LINUS").text


def test_an_application_that_fails_did_not_work(slack: StandIn, application: Application) -> None:
    """A status that is no success is shown and recorded."""
    application.status = 500
    answer = slack.press(slack.post(blocks=CARD))
    assert (answer["error"], answer["status"]) == ("bad_status", 500)
    assert "status 500" in answer["message"]


def test_a_warning_goes_away_with_the_next_press(slack: StandIn, application: Application) -> None:
    """What worked at last is not complained about."""
    ts = slack.post(blocks=CARD)
    application.status = 500
    slack.press(ts)
    application.status = 200
    slack.press(ts)
    assert slack.messages()[0]["warnings"] == {}


@pytest.mark.parametrize(("url", "error"), [("", "no_request_url"), ("http://127.0.0.1:9/slack", "connection_failed")])
def test_an_application_that_is_not_there_is_told_from_a_slow_one(slack: StandIn, url: str, error: str) -> None:
    """Nobody waits for what cannot come."""
    slack.send_requests_to(url)
    assert slack.press(slack.post(blocks=CARD))["error"] == error


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"ts": "1.000000"}, "message_not_found"),
        ({"channel": "C0NOWHERE"}, "channel_not_found"),
        ({"action_id": "reject"}, "action_not_found"),
        ({"user": "U0NOBODY"}, "user_not_found"),
    ],
)
def test_only_what_is_there_can_be_pressed(
    slack: StandIn, application: Application, change: dict[str, str], error: str
) -> None:
    """The application hears nothing of a button that nobody sees."""
    press = {"channel": "C0RELEASES", "ts": slack.post(blocks=CARD), "action_id": "approve"} | change
    answer = slack.client.post("/press", json=press)
    assert (answer.status_code, answer.json()["error"]) == (404, error)
    assert application.received == []


def test_a_button_beside_a_section_can_be_pressed(slack: StandIn, application: Application) -> None:
    """Buttons are not only in rows."""
    text = {"type": "plain_text", "text": "digits-r2"}
    slack.press(slack.post(blocks=[{"type": "section", "block_id": "beside", "text": text, "accessory": BUTTON}]))
    assert application.received[0].payload["actions"][0]["block_id"] == "beside"


def test_the_signature_is_the_one_that_slack_documents() -> None:
    """Secret, time, body and signature are those of Slack's page about verifying requests."""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    assert signed(body, "8f742231b10e8888abcd99yyyzzz85a5", 1531420618) == {
        "X-Slack-Request-Timestamp": "1531420618",
        "X-Slack-Signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    }
