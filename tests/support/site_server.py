"""The function URL as a server: what a browser sends becomes an event, and the function's answer a response."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

type Handler = Callable[[dict[str, Any]], dict[str, Any]]


@contextmanager
def served(handler: Handler) -> Iterator[str]:
    """Serve a function; gives its address."""

    class Request(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = handler(event_of(self))
            body = answer["body"].encode()
            self.send_response(answer["statusCode"])
            for name, value in answer.get("headers", {}).items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *words: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Request)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def event_of(request: BaseHTTPRequestHandler) -> dict[str, Any]:
    """Make the event of a request."""
    path, _, query = request.path.partition("?")
    body = request.rfile.read(int(request.headers.get("content-length", 0)))
    return event(request.command, path, query, body, {name.lower(): value for name, value in request.headers.items()})


def event(
    method: str, path: str, query: str = "", body: bytes = b"", headers: dict[str, str] | None = None
) -> dict[str, Any]:
    """Make an event of a function URL."""
    return {
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers or {},
        "requestContext": {"http": {"method": method}},
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }
