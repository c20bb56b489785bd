"""An image is started before it is pushed, and what is wrong with it is told in its own words."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline import docker as command
from pipeline.errors import BuildError
from pipeline.probe import probe
from slipway.uploads.service_file import ServiceFile

WEB = """
import os
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}" if self.path == "/health" else VERSION)

HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""


@pytest.fixture
def image(tmp_path: Path, docker: Path) -> Path:
    """The program of an image, to be written; it is built already."""
    folder = tmp_path / "image"
    (folder / "app").mkdir(parents=True)
    command.build(folder, "images:tag", {})
    return folder / "app" / "__main__.py"


def test_the_right_passport(image: Path, docker: Path) -> None:
    """An image that answers the passport it was built with passes, and its container is removed."""
    image.write_text('VERSION = b\'{"candidate": "digits-1", "release": null}\'' + WEB)
    probe("images:tag", {"candidate": "digits-1"}, ServiceFile())
    assert docker.read_text().splitlines()[-1] == "rm -f slipway-probe"


def test_a_service_that_tells_no_version(image: Path, docker: Path) -> None:
    """It is started on its own port, asked where it says, and believed to hold what it was built with."""
    image.write_text('VERSION = b"<html>"' + WEB)
    declared = ServiceFile(port=5000, health="/", version="none")
    assert probe("images:tag", {"candidate": "digits-1"}, declared) == {"candidate": "digits-1"}
    assert "-p 127.0.0.1::5000" in docker.read_text()


def test_another_passport(image: Path) -> None:
    """An image that says it is something else is not pushed."""
    image.write_text('VERSION = b\'{"candidate": "digits-2"}\'' + WEB)
    with pytest.raises(BuildError, match="another candidate, commit at /version"):
        probe("images:tag", {"candidate": "digits-1", "commit": "0123"}, ServiceFile())


def test_no_passport(image: Path) -> None:
    """An image that does not tell what it is is not pushed."""
    image.write_text('VERSION = b"<html>"' + WEB)
    with pytest.raises(BuildError, match="does not tell what it is"):
        probe("images:tag", {"candidate": "digits-1"}, ServiceFile())


def test_silent_end(image: Path) -> None:
    """An image that ends without a word is said to have done so."""
    image.write_text("")
    with pytest.raises(BuildError, match=r"does not start\. It printed nothing\."):
        probe("images:tag", {}, ServiceFile())


def test_end_before_its_port_is_known(image: Path, docker: Path) -> None:
    """Docker knows no port of a container that has ended; its last words are what matters."""
    image.write_text("import sys; sys.exit('no model')")
    program = docker.parents[1] / "docker"
    shutil.move(program, program.with_name("real"))
    # Waits until the container has ended, and fails as Docker does.
    program.write_text(
        '#!/bin/sh\n[ "$1" = port ] || exec "$(dirname "$0")/real" "$@"\n'
        'while [ "$("$(dirname "$0")/real" inspect)" = true ]; do sleep 0.05; done\n'
        "echo \"Error: No public port '8080' published for slipway-probe\" >&2; exit 1\n"
    )
    program.chmod(0o755)
    with pytest.raises(BuildError, match=r"does not start\. no model"):
        probe("images:tag", {}, ServiceFile())
