"""Says that no model was released yet: `/health` is well, and everything else tells what to do."""

import json
import os
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NOTHING = "No model was released here yet. Upload one to the model bucket, below models/NAME/VERSION/."
ANSWERS: dict[str, tuple[HTTPStatus, dict[str, str | None]]] = {
    "/": (HTTPStatus.OK, {"status": NOTHING}),
    "/health": (HTTPStatus.OK, {"status": "ok"}),
    "/version": (HTTPStatus.OK, {"release": None, "status": NOTHING}),
}


class FirstVersion(BaseHTTPRequestHandler):
    """Answers without a model."""

    def do_GET(self) -> None:
        """Answer with JSON; what only a model could answer is not available."""
        status, content = ANSWERS.get(self.path, (HTTPStatus.SERVICE_UNAVAILABLE, {"error": NOTHING}))
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_POST = do_GET  # noqa: N815 - the base class looks for these names

    def log_message(self, *_: object) -> None:
        """Write no line a request."""


if __name__ == "__main__":
    ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), FirstVersion).serve_forever()
