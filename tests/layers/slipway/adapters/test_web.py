"""HTTP to Slack, against a local server."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from slipway.adapters import slack_interactions
from slipway.adapters.slack import ChannelClient
from slipway.adapters.slack_interactions import Responder, open_view
from slipway.errors import ChatFailed


class Server(ThreadingHTTPServer):
    """A server that keeps what it is sent and answers what it is told to, by path."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.received: list[tuple[str, str, Any]] = []
        self.answers: dict[str, list[tuple[int, dict[str, str], bytes]]] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.received.append((self.command, self.path, json.loads(body) if body else None))
        left = self.server.answers.get(self.path, [(404, {}, b"")])
        status, headers, content = left.pop(0) if len(left) > 1 else left[0]
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST  # noqa: N815  # the name that the library calls

    def log_message(self, *_: Any) -> None:
        """Be quiet."""


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def channel(server: Server) -> ChannelClient:
    return ChannelClient(lambda: "xoxb-token", "C0RELEASES", server.url + "/api/")


OK = b'{"ok": true, "channel": "C0RELEASES", "ts": "1.0"}'
JSON = {"content-type": "application/json"}


def test_a_card_is_posted_and_updated(server: Server) -> None:
    """The channel and the timestamp name the message from then on."""
    server.answers |= {"/api/chat.postMessage": [(200, JSON, OK)], "/api/chat.update": [(200, JSON, OK)]}
    assert channel(server).post("text", [{"type": "divider"}]) == ("C0RELEASES", "1.0")
    channel(server).update("C0RELEASES", "1.0", "new", [])
    assert server.received[0][2] == {"channel": "C0RELEASES", "text": "text", "blocks": [{"type": "divider"}]}
    assert (server.received[1][2]["ts"], server.received[1][2]["text"]) == ("1.0", "new")


def test_slack_s_wish_to_wait_is_respected(server: Server) -> None:
    """429 with Retry-After: the same message once more, later."""
    server.answers["/api/chat.postMessage"] = [(429, {"retry-after": "0"}, b"{}"), (200, JSON, OK)]
    assert channel(server).post("text", []) == ("C0RELEASES", "1.0")
    assert len(server.received) == 2


@pytest.mark.parametrize("answer", [(200, JSON, b'{"ok": false, "error": "not_in_channel"}'), (503, {}, b"down")])
def test_what_slack_does_not_take_is_an_error(server: Server, answer: tuple[int, dict[str, str], bytes]) -> None:
    """So that the stream brings the record again; the token is in no message."""
    server.answers["/api/chat.postMessage"] = [answer]
    with pytest.raises(ChatFailed) as failure:
        channel(server).post("text", [])
    assert "xoxb-token" not in str(failure.value)


@pytest.fixture
def responder(server: Server) -> Responder:
    return Responder(server.url + "/api/")


def test_a_person_is_told_alone(server: Server, responder: Responder) -> None:
    """The card stays as it is."""
    server.answers["/actions/1"] = [(200, {}, b"ok")]
    responder(server.url + "/actions/1", "No.")
    assert server.received[0][2] == {"response_type": "ephemeral", "replace_original": False, "text": "No."}


def test_a_response_url_that_is_used_up_is_an_error(server: Server, responder: Responder) -> None:
    """Slack takes five texts in half an hour."""
    with pytest.raises(ChatFailed, match="answered 404"):
        responder(server.url + "/used-up", "No.")


def test_a_response_url_that_does_not_answer_is_an_error() -> None:
    """Nobody listens there."""
    with pytest.raises(ChatFailed, match="did not answer"):
        Responder("http://127.0.0.1:9/api/")("http://127.0.0.1:9/actions/1", "No.")


def test_no_redirect_is_followed(server: Server, responder: Responder) -> None:
    """Slack sends none, and what an answer names is not ours to call."""
    server.answers["/actions/1"] = [(307, {"location": server.url + "/elsewhere"}, b"")]
    with pytest.raises(ChatFailed, match="answered 307"):
        responder(server.url + "/actions/1", "No.")
    assert [path for _, path, _ in server.received] == ["/actions/1"]


class Called(Exception):
    """An address was called."""


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every request end in Called."""

    def call(*_: Any, **__: Any) -> None:
        raise Called

    monkeypatch.setattr(slack_interactions, "post", call)


@pytest.mark.parametrize(
    ("api_url", "response_url"),
    [
        ("https://slack.com/api/", "https://hooks.slack.com/actions/T0/1/abc"),
        ("https://slack-gov.com/api/", "https://hooks.slack-gov.com/actions/T0/1/abc"),
        ("http://127.0.0.1:4567/api/", "http://127.0.0.1:4567/response/1"),
    ],
)
def test_a_response_url_of_slack_s_is_called(calls: None, api_url: str, response_url: str) -> None:
    """Where it is follows from the address of the Web API, which the operator gives."""
    with pytest.raises(Called):
        Responder(api_url)(response_url, "No.")


@pytest.mark.parametrize(
    "response_url",
    [
        "",
        "http://hooks.slack.com/actions/1",
        "https://hooks.slack.com",
        "https://hooks.slack.com.example.com/actions/1",
        "https://hooks.slack.com:8443/actions/1",
        "https://hooks.slack.com@example.com/actions/1",
        "https://user:password@hooks.slack.com/actions/1",
        "https://example.com/https://hooks.slack.com/",
        "https://hooks.slack.com\\@example.com/",
        "https://HOOKS.slack.com/actions/1",
        " https://hooks.slack.com/actions/1",
        "https://slack.com/api/chat.postMessage",
        "http://127.0.0.1:4567/response/1",
        "http://169.254.169.254/latest/meta-data/",
    ],
)
def test_any_other_response_url_is_not_called(calls: None, response_url: str) -> None:
    """A payload alone must not decide what is called."""
    with pytest.raises(ChatFailed, match="was not called"):
        Responder("https://slack.com/api/")(response_url, "No.")


def test_a_modal_is_opened_by_its_trigger(server: Server) -> None:
    """With the bot's token."""
    server.answers["/api/views.open"] = [(200, JSON, b'{"ok": true}')]
    open_view(server.url + "/api/", "xoxb-token", "trigger", {"type": "modal"})
    assert server.received[0][2] == {"trigger_id": "trigger", "view": {"type": "modal"}}


@pytest.mark.parametrize("answer", [b'{"ok": false, "error": "expired_trigger_id"}', b"[]", b"no JSON", b"null"])
def test_a_modal_that_slack_does_not_open_is_an_error(server: Server, answer: bytes) -> None:
    """Whatever it answers instead."""
    server.answers["/api/views.open"] = [(200, JSON, answer)]
    with pytest.raises(ChatFailed):
        open_view(server.url + "/api/", "xoxb-token", "trigger", {})
