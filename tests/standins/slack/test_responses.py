"""What the application may do with the response_url of a press."""

from typing import Any

import httpx
import pytest

from tests.support.slack_stage import CARD, Application, StandIn


@pytest.fixture
def response_url(slack: StandIn, application: Application) -> str:
    """The response_url of a press by Grace."""
    slack.press(slack.post(blocks=CARD), user="U0GRACE")
    return str(application.received[0].payload["response_url"])


def respond(slack: StandIn, url: str, **message: Any) -> httpx.Response:
    """Answer as the application does."""
    return slack.client.post(url, json=message)


def test_an_answer_is_for_the_one_who_pressed(slack: StandIn, response_url: str) -> None:
    """Unless the application says otherwise."""
    assert respond(slack, response_url, text="Thank you").is_success
    answer = slack.messages()[1]
    assert (answer["text"], answer["visible_to"]) == ("Thank you", "U0GRACE")


def test_an_answer_may_be_for_all(slack: StandIn, response_url: str) -> None:
    """An in_channel answer is a message like others."""
    respond(slack, response_url, text="Approved", response_type="in_channel")
    assert slack.messages()[1]["visible_to"] is None


def test_the_original_may_be_replaced(slack: StandIn, response_url: str) -> None:
    """Its buttons are gone then."""
    respond(slack, response_url, text="Approved", replace_original=True)
    (message,) = slack.messages()
    assert (message["text"], message["blocks"], message["edits"]) == ("Approved", [], 1)


def test_the_original_may_be_deleted_once(slack: StandIn, response_url: str) -> None:
    """A second time it is not there."""
    assert respond(slack, response_url, delete_original=True).is_success
    assert slack.messages() == []
    assert respond(slack, response_url, delete_original=True).json()["error"] == "message_not_found"


def test_the_url_works_five_times(slack: StandIn, response_url: str) -> None:
    """The sixth is one too many."""
    statuses = [respond(slack, response_url, text=f"{number}").status_code for number in range(6)]
    assert statuses == [200] * 5 + [404]
    assert respond(slack, response_url, text="again").json()["error"] == "used_url"


def test_the_url_works_for_half_an_hour(slack: StandIn, response_url: str) -> None:
    """After that nobody expects an answer."""
    slack.clock.ahead = 30 * 60 - 5
    assert respond(slack, response_url, text="late").is_success
    slack.clock.ahead = 30 * 60 + 5
    assert respond(slack, response_url, text="too late").json()["error"] == "expired_url"


def test_an_answer_has_to_be_a_message(slack: StandIn, response_url: str) -> None:
    """Blocks are checked here too."""
    answer = respond(slack, response_url, blocks=[{"type": "carousel"}])
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_blocks")
