"""A service of one file, and the command as a terminal runs it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from slipway.cli.__main__ import slipway
from tests.support.made_models import onnx

SERVER = """
import json, os
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

LABEL = Path("model/labels.txt").read_text().split()[0]

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer({"up": True})

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.answer({"label": LABEL})

    def answer(self, content):
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""
DECLARED = """
accepts: [onnx, labels.txt]
health: /
version: none
predict: {path: /classify, send: raw, answer: label}
command: [python, server.py]
"""

type Command = Callable[..., int]


@pytest.fixture
def command() -> Command:
    """Run the command, and return its exit code."""

    def run(*arguments: object) -> int:
        with pytest.raises(SystemExit) as ended:
            slipway([*map(str, arguments)])
        return int(ended.value.code or 0)

    return run


@pytest.fixture
def service(tmp_path: Path) -> Path:
    """A service that answers the first of its labels, and says nothing of its version."""
    folder = tmp_path / "service"
    (folder / "suite/golden").mkdir(parents=True)
    (folder / "server.py").write_text(SERVER)
    (folder / "service.yaml").write_text(DECLARED)
    (folder / "suite/suite.yaml").write_text("accuracy: 0.9\ncontract: null\nready: {deadline: 20}\n")
    (folder / "suite/golden/expected.csv").write_text("file,expected\n7.png,wren\n")
    (folder / "suite/golden/7.png").write_bytes(b"7")
    return folder


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """The folder of a model that is fit."""
    folder = tmp_path / "birds"
    folder.mkdir()
    (folder / "model.onnx").write_bytes(onnx())
    (folder / "labels.txt").write_text("wren\n" + "".join(f"bird{number}\n" for number in range(9)))
    return folder
