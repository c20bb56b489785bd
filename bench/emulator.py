"""AWS's own runtime interface emulator with one function in it, which starts cold at its first event."""

from __future__ import annotations

import json
import os
import platform
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import samcli

from bench.local_aws import ROOT

PYTHON = ROOT / ".cache" / "bench" / "bin" / "python"
_KIND = "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"
RIE = Path(samcli.__file__).parent / "local" / "rapid" / f"aws-lambda-rie-{_KIND}"
_PATIENCE = 60  # seconds for a start, and for an answer
_TICK = 0.004  # seconds


@dataclass(frozen=True, slots=True)
class Emulator:
    """A function that waits for its first event."""

    port: int
    log: Path

    def invoke(self, event: dict[str, Any]) -> tuple[float, Any]:
        """Send an event; gives the seconds until the answer, and the answer."""
        url = f"http://127.0.0.1:{self.port}/2015-03-31/functions/function/invocations"
        started = time.perf_counter()
        with urllib.request.urlopen(url, json.dumps(event).encode(), _PATIENCE) as answer:  # our own address
            content = json.load(answer)
        return time.perf_counter() - started, content

    def init(self) -> float:
        """Give the seconds that the first event waited for the function to be imported."""
        told = re.search(r"INIT REPORT\(durationMs: ([0-9.]+)", self.log.read_text())
        if not told:
            raise SystemExit(f"The emulator says of no start:\n{self.log.read_text()}")
        return float(told[1]) / 1000


@contextmanager
def started(folder: Path, module: str, environment: dict[str, str], share: float = 1) -> Iterator[Emulator]:
    """Put `module.lambda_handler` into an emulator; it may use such a share of one processor."""
    port, log = _free_port(), folder / "emulator.log"
    command = [str(RIE), "--runtime-interface-emulator-address", f"127.0.0.1:{port}"]
    command += ["--runtime-api-address", f"127.0.0.1:{_free_port()}"]
    command += [str(PYTHON), "-m", "awslambdaric", f"{module}.lambda_handler"]
    # Lambda's file systems are read-only: what is not compiled in the artifact is compiled at each cold start.
    environment = environment | {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=out, stderr=subprocess.STDOUT)  # noqa: S603
    over = threading.Event()
    brake = threading.Thread(target=_slow_down, args=(process.pid, share, over))
    try:
        _wait(port, process)
        brake.start() if share < 1 else None
        yield Emulator(port, log)
    finally:
        over.set()
        process.terminate()
        process.wait(timeout=30)


def _slow_down(emulator: int, share: float, over: threading.Event) -> None:
    """Stop and continue the emulator's function so that it never has more than its share since it began."""
    began = 0.0
    while not over.wait(_TICK):
        for pid in _children(emulator):
            began = began or time.monotonic()
            with suppress(OSError):  # it ended meanwhile
                ahead = _used(pid) > share * (time.monotonic() - began)
                os.kill(pid, signal.SIGSTOP if ahead else signal.SIGCONT)


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        tasks = Path(f"/proc/{pid}/task").glob("*/children")
        return [int(child) for task in tasks for child in task.read_text().split()]
    return []


def _used(pid: int) -> float:
    """Give the seconds of processor that all threads of a process have had."""
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.01)
    raise SystemExit("The runtime interface emulator does not start: see .venv and .cache/bench.")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
