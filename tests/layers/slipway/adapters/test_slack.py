"""What is wrong with Slack is told apart: a message that is gone, a wish to wait, a Slack that is down."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from slipway.adapters.slack import ChannelClient
from slipway.errors import ChatFailed, ChatRejected, MessageGone

type Answer = tuple[int, dict[str, str], bytes]

OK: Answer = 200, {}, b'{"ok": true, "channel": "C0RELEASES", "ts": "1.0"}'


class Slack(ThreadingHTTPServer):
    """A Slack that answers what it is told to, the last again and again."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str] = []
        self.answers: list[Answer] = [OK]

    def refuses(self, error: str) -> None:
        self.answers = [(200, {}, json.dumps({"ok": False, "error": error}).encode())]


class Handler(BaseHTTPRequestHandler):
    """One call."""

    server: Slack

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.asked.append(self.path)
        left = self.server.answers
        status, headers, content = left.pop(0) if len(left) > 1 else left[0]
        if not status:
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Be quiet."""


@pytest.fixture
def server() -> Iterator[Slack]:
    server = Slack()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def channel(server: Slack) -> ChannelClient:
    return ChannelClient(lambda: "xoxb-token", "C0RELEASES", f"http://127.0.0.1:{server.server_port}/api/")


def update(channel: ChannelClient, place: str = "C0RELEASES") -> None:
    channel.update(place, "1.0", "text", [])


@pytest.mark.parametrize("error", ["message_not_found", "cant_update_message"])
def test_a_message_that_somebody_deleted_is_gone(server: Slack, channel: ChannelClient, error: str) -> None:
    """Which is no reason to think that Slack is not well."""
    server.refuses(error)
    with pytest.raises(MessageGone):
        update(channel)
    server.answers = [OK]
    assert channel.post("text", []) == ("C0RELEASES", "1.0")


@pytest.mark.parametrize("error", ["channel_not_found", "is_archived", "not_in_channel"])
def test_a_card_that_stayed_behind_in_another_channel_is_gone(
    server: Slack, channel: ChannelClient, error: str
) -> None:
    """The stack was given a new channel; in the one that it has, somebody has to open the door again."""
    server.refuses(error)
    with pytest.raises(MessageGone):
        update(channel, "C0FORMER")
    with pytest.raises(ChatFailed) as failed:
        update(channel)
    assert not isinstance(failed.value, MessageGone)


@pytest.mark.parametrize("error", ["token_revoked", "invalid_auth", "account_inactive", "is_archived"])
def test_what_a_person_has_to_repair_is_named(server: Slack, channel: ChannelClient, error: str) -> None:
    """By Slack's own word, and without the token."""
    server.refuses(error)
    with pytest.raises(ChatFailed, match=f"^Slack did not take chat_postMessage: {error}$"):
        channel.post("text", [])


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("msg_too_long", ChatRejected),
        ("invalid_blocks", ChatRejected),
        ("channel_not_found", ChatFailed),
        ("is_archived", ChatFailed),
        ("not_in_channel", ChatFailed),
        ("token_revoked", ChatFailed),
        ("internal_error", ChatFailed),
        ("unheard_of", ChatFailed),
    ],
)
def test_what_slack_never_takes_is_told_from_what_may_be_repaired(
    server: Slack, channel: ChannelClient, error: str, kind: type[ChatFailed]
) -> None:
    """An error that is new to us may pass."""
    server.refuses(error)
    with pytest.raises(ChatFailed) as failed:
        channel.post("text", [])
    assert type(failed.value) is kind


def test_a_short_wish_to_wait_is_granted_at_once(server: Slack, channel: ChannelClient) -> None:
    """429 with Retry-After: the same message once more, and then no more."""
    server.answers = [(429, {"Retry-After": "0"}, b'{"ok": false, "error": "ratelimited"}'), OK]
    assert channel.post("text", []) == ("C0RELEASES", "1.0")
    server.answers = [(429, {"Retry-After": "0"}, b"")]
    with pytest.raises(ChatFailed):
        channel.post("text", [])
    assert len(server.asked) == 4


def test_a_long_wish_to_wait_is_not_slept_through(
    server: Slack, channel: ChannelClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until the time is over nothing is sent: who asks too early is told to wait longer."""
    server.answers = [(429, {"Retry-After": "120"}, b'{"ok": false, "error": "ratelimited"}'), OK]
    began = time.monotonic()
    with pytest.raises(ChatFailed, match="ratelimited"):
        channel.post("text", [])
    monkeypatch.setattr(time, "monotonic", lambda: began + 119)
    with pytest.raises(ChatFailed, match="is not called for a while"):
        update(channel)
    assert len(server.asked) == 1
    monkeypatch.setattr(time, "monotonic", lambda: began + 130)
    assert channel.post("text", []) == ("C0RELEASES", "1.0")


@pytest.mark.parametrize("answer", [(503, {}, b"<html>down</html>"), (0, {}, b"")])
def test_a_slack_that_is_down_is_asked_once(server: Slack, channel: ChannelClient, answer: Answer) -> None:
    """A function that has many things to say does not wait for each of them; and nothing is posted twice."""
    server.answers = [answer]
    for _ in range(3):
        with pytest.raises(ChatFailed):
            channel.post("text", [])
    assert server.asked == ["/api/chat.postMessage"]


def test_an_update_that_was_cut_off_is_sent_again(server: Slack, channel: ChannelClient) -> None:
    """It does no harm a second time."""
    server.answers = [(0, {}, b""), OK]
    update(channel)
    assert len(server.asked) == 2


@pytest.mark.parametrize("error", ["users_not_found", "missing_scope", "invalid_auth"])
def test_a_user_who_is_not_found_is_nobody(server: Slack, channel: ChannelClient, error: str) -> None:
    """Nothing of a release waits for that; the same is not asked again for a while."""
    server.refuses(error)
    assert [channel.find_user("ada@example.com"), channel.find_user("ada@example.com")] == ["", ""]
    assert server.asked == ["/api/users.lookupByEmail"]


def test_a_user_who_has_left_is_nobody(server: Slack, channel: ChannelClient) -> None:
    """Slack still knows the address."""
    server.answers = [(200, {}, b'{"ok": true, "user": {"id": "U0ADA", "deleted": true}}')]
    assert channel.find_user("ada@example.com") == ""
