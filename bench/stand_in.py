"""The two answers of AWS that a press in Slack waits for: a secret, and a queue's receipt."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class StandIn:
    """An endpoint for SQS and Secrets Manager; `sent` are the messages that came in."""

    url: str
    sent: list[str] = field(default_factory=list)


@contextmanager
def serving(secret: dict[str, str]) -> Iterator[StandIn]:
    """Serve one secret, and a queue that takes everything."""
    sent: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            told = self._send_message(asked) if self.headers["x-amz-target"].startswith("AmazonSQS") else self._secret()
            content = json.dumps(told).encode()
            self.send_response(200)
            self.send_header("content-type", "application/x-amz-json-1.1")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def _send_message(self, asked: dict[str, Any]) -> dict[str, Any]:
            sent.append(asked["MessageBody"])
            digest = hashlib.md5(sent[-1].encode(), usedforsecurity=False).hexdigest()
            return {"MessageId": str(len(sent)), "MD5OfMessageBody": digest}

        def _secret(self) -> dict[str, Any]:
            return {"ARN": "SlackSecret", "Name": "slack", "SecretString": json.dumps(secret)}

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield StandIn(f"http://127.0.0.1:{server.server_address[1]}", sent)
    finally:
        server.shutdown()
        server.server_close()
