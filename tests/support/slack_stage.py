"""The Slack stand-in with a clock that can be moved, and a small application that it calls."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import uvicorn
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from standins.slack.app import create_app
from standins.slack.settings import Settings

BUTTON = {
    "type": "button",
    "action_id": "approve",
    "value": "digits-r2",
    "text": {"type": "plain_text", "text": "Approve"},
}
CARD = [{"type": "actions", "block_id": "answer", "elements": [BUTTON]}]
MODAL = {
    "type": "modal",
    "callback_id": "reject",
    "private_metadata": "digits-r2",
    "title": {"type": "plain_text", "text": "Reject digits-r2"},
    "submit": {"type": "plain_text", "text": "Reject"},
    "blocks": [
        {
            "type": "input",
            "block_id": "reason",
            "label": {"type": "plain_text", "text": "Why?"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}


@dataclass
class Clock:
    """The time of day, which tests move forward."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@dataclass
class StandIn:
    """A running stand-in, and short words for calling it."""

    settings: Settings
    clock: Clock
    client: httpx.Client

    def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call the Web API as the application does."""
        headers = {"Authorization": f"Bearer {self.settings.token}"}
        answer: dict[str, Any] = self.client.post(f"/api/{method}", json=arguments, headers=headers).json()
        return answer

    def post(self, text: str = "digits-r2", **arguments: Any) -> str:
        """Post a message to the channel and return its ts."""
        answer = self.call("chat.postMessage", channel="C0RELEASES", text=text, **arguments)
        assert answer["ok"], answer
        return str(answer["ts"])

    def press(self, ts: str, **more: Any) -> dict[str, Any]:
        """Press Approve on a message."""
        press = {"channel": "C0RELEASES", "ts": ts, "action_id": "approve", **more}
        answer: dict[str, Any] = self.client.post("/press", json=press).json()
        return answer

    def send_requests_to(self, url: str) -> None:
        """Set where interactions are sent."""
        self.client.post("/settings", json={"request_url": url}).raise_for_status()

    def state(self) -> dict[str, Any]:
        """Return everything in the workspace."""
        state: dict[str, Any] = self.client.get("/state").json()
        return state

    def messages(self) -> list[dict[str, Any]]:
        """Return all messages."""
        return list(self.state()["messages"])


@dataclass
class Door:
    """The port that all tests share; behind it is the stand-in of the present one."""

    port: int
    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)

    @contextmanager
    def open(self, directory: Path, **settings: Any) -> Iterator[StandIn]:
        """Put a new stand-in behind the door."""
        known, clock = Settings(directory, port=self.port, **settings), Clock()
        self.app = create_app(known, clock)
        with httpx.Client(base_url=known.base_url, verify=False, trust_env=False, timeout=10) as client:
            yield StandIn(known, clock, client)


@contextmanager
def door() -> Iterator[Door]:
    """Listen on a free port."""
    # asyncio switches Nagle's delay off for sockets that say they are TCP, and create_server's do not.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()  # from now on a request waits for the server instead of being refused
        shared = Door(listener.getsockname()[1], PlainTextResponse("closed"))
        server = uvicorn.Server(uvicorn.Config(shared, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield shared
        finally:
            server.should_exit = True
            thread.join()


@dataclass
class Received:
    """A request as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def payload(self) -> dict[str, Any]:
        """What Slack says in it."""
        payload: dict[str, Any] = json.loads(parse_qs(self.body.decode())["payload"][0])
        return payload


@dataclass
class Application:
    """What listens at the request URL: records requests, answers as told, or not until told."""

    port: int = 0
    status: int = 200
    answer: bytes = b""
    received: list[Received] = field(default_factory=list)
    may_answer: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """The request URL."""
        return f"http://127.0.0.1:{self.port}/slack"


@contextmanager
def listening() -> Iterator[Application]:
    """Serve an application on a free port."""
    application = Application()
    application.may_answer.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            application.received.append(Received(self.path, dict(self.headers), body))
            application.may_answer.wait(10)
            self.send_response(application.status)
            self.send_header("Content-Length", str(len(application.answer)))
            self.end_headers()
            self.wfile.write(application.answer)

        def log_message(self, *args: Any) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        application.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield application
        finally:
            application.may_answer.set()
            server.shutdown()
            thread.join()
