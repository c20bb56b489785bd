"""The rehearsal's view of Slack, with the real stand-in."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from rehearsal.chat import CHANNEL, SlackStandIn, question
from tests.support.paths import ROOT

ASKING = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "Waiting for an answer."}},
    {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": "approve",
                "text": {"type": "plain_text", "text": "Approve"},
                "value": "digits-r2",
            }
        ],
    },
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A stand-in that runs for this module's tests."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("slack")
    options = [
        "--port",
        str(port),
        "--run",
        str(folder),
        "--token",
        "xoxb-1",
        "--signing-secret",
        "s",
        "--channel",
        CHANNEL,
    ]
    with subprocess.Popen([sys.executable, "-m", "standins", "slack", *options], cwd=ROOT) as server:
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 20
        while not SlackStandIn(address).answers():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield address
        server.terminate()


def post(address: str, **message: Any) -> str:
    """Post a message as the application does; returns its ts."""
    sent = {"channel": CHANNEL, **message}
    headers = {"Authorization": "Bearer xoxb-1"}
    return str(httpx.post(f"{address}/api/chat.postMessage", json=sent, headers=headers, timeout=5).json()["ts"])


def test_a_card_is_found_by_the_release_it_asks_about(address: str) -> None:
    """What stands in a thread is no card."""
    slack = SlackStandIn(address)
    first = post(address, text="digits-r1: Live.")
    post(address, text="digits-r1 is still live.", thread_ts=first)
    assert question(slack, "digits-r2") is None
    second = post(address, text="digits-r2: Waiting for an answer.", blocks=ASKING)
    found = question(slack, "digits-r2")
    assert found is not None
    assert found.ts == second
    assert [card.ts for card in slack.cards()][-2:] == [first, second]


def test_what_slack_complains_about_a_press_is_returned(address: str) -> None:
    """Nobody listens where the press is sent to."""
    slack = SlackStandIn(address)
    post(address, text="digits-r2: Waiting for an answer.", blocks=ASKING)
    card = question(slack, "digits-r2")
    assert card is not None
    slack.send_requests_to("http://127.0.0.1:9/slack")
    assert slack.press_approve(card)


def test_a_stand_in_that_is_not_there_does_not_answer() -> None:
    """The rehearsal looks until it does."""
    assert not SlackStandIn("http://127.0.0.1:9").answers()
