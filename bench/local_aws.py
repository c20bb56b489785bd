"""The local AWS as a process of its own, for as long as it is measured against."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
PYTHON = ROOT / ".cache" / "cloud" / "bin" / "python"
SECONDS_TO_START = 60


@contextmanager
def running(folder: Path) -> Iterator[dict[str, str]]:
    """Start it on a free port, its log in a folder; gives the environment in which boto3 and `aws` use it."""
    port = str(_free_port())
    shared = os.environ | {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_CONFIG_FILE": os.devnull,
    }
    with (folder / "cloud.log").open("wb") as log:
        options = [f"--port={port}", f"--run={folder}", f"--source={folder}"]
        command: list[str | Path] = [PYTHON, "-m", "standins", "aws", *options]
        process = subprocess.Popen(command, cwd=ROOT, env=shared, stdout=log, stderr=subprocess.STDOUT)  # noqa: S603
    try:
        _wait(f"{shared['AWS_ENDPOINT_URL']}/_ministack/health", process)
        yield shared
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310  # our own http:// address
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The local AWS does not start: run `make test`, which installs it and shows why.")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
