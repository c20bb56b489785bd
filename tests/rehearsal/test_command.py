"""The command itself, as a process, in a repository whose parts are stand-ins."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.paths import ROOT

SERVER = """
import http.server, os, re, sys
class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200), self.end_headers()
    do_POST = do_GET
    def log_message(self, *args): pass
port = int(re.search(r"--port[= ]([0-9]+)", " ".join(sys.argv))[1])
print(os.getpid(), flush=True)
http.server.HTTPServer(("127.0.0.1", port), Answers).serve_forever()
"""
SAMCONFIG = '[local.deploy.parameters]\nparameter_overrides = "Branch=main"\n'


class Repository:
    """A repository with the real rehearsal and a stand-in for every program that it starts."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "rehearsal").mkdir(parents=True)
        for module in (ROOT / "rehearsal").glob("*.py"):
            (root / "rehearsal" / module.name).write_text(module.read_text())
        self.module("standins/__main__.py", SERVER)
        self.module("standins/processes.py", (ROOT / "standins" / "processes.py").read_text())
        self.module("samples/__main__.py", "")
        self.program(".cache/cloud/bin/python", f'exec {sys.executable} {self.module("cloud.py", SERVER)} "$@"')
        self.program(".venv/bin/python", f'exec {sys.executable} "$@"')
        self.program(".venv/bin/aws", "")
        self.program(".venv/bin/sam", "sleep 60 & echo $!; wait")
        (root / "samconfig.toml").write_text(SAMCONFIG)

    def module(self, path: str, text: str) -> Path:
        """Write a file."""
        module = self.root / path
        module.parent.mkdir(parents=True, exist_ok=True)
        module.write_text(text)
        return module

    def program(self, path: str, script: str) -> None:
        """Write a program."""
        self.module(path, f"#!/bin/sh\n{script}\n").chmod(0o755)

    def log(self, name: str) -> Path:
        """The log of a process."""
        return self.root / ".rehearsal" / "logs" / f"{name}.log"

    def start(self, port: int) -> subprocess.Popen[str]:
        """Start a rehearsal without a terminal."""
        return subprocess.Popen(
            [sys.executable, "-m", "rehearsal"],
            cwd=self.root,
            env={"PATH": os.environ["PATH"], "PORT": str(port)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository of its own for each test."""
    return Repository(tmp_path / "repository")


@pytest.fixture
def port() -> int:
    """The first of four ports that are free, away from where the system picks ports for clients."""
    candidates = range(21000 + os.getpid() % 2000 * 4, 32000, 4)
    return next(first for first in candidates if all(map(_free, range(first, first + 4))))


def _free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def until_written(log: Path) -> int:
    """Wait until a process has written its id."""
    deadline = time.monotonic() + 20
    while not log.exists() or not log.read_text().endswith("\n"):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return int(log.read_text().split()[0])


def alive(pid: int) -> bool:
    """Whether a process runs; one that waits to be reaped by a stranger does not."""
    listing = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, timeout=5, check=False
    )
    return listing.stdout.strip()[:1] not in {"", "Z"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_during_the_build_leaves_nothing_behind(
    repository: Repository, port: int, number: signal.Signals
) -> None:
    """Servers, jobs and what these started all end; the exit code is 130 and there is one sentence."""
    with repository.start(port) as rehearsal:
        pids = [until_written(repository.log(name)) for name in ("cloud", "slack", "sam-build")]
        rehearsal.send_signal(number)
        said, _ = rehearsal.communicate(timeout=20)
    assert rehearsal.returncode == 130
    assert said.splitlines()[-1].endswith("The rehearsal was interrupted; everything it had started has ended.")
    assert "Traceback" not in said
    assert not any(map(alive, pids))


def test_a_failed_build_is_one_sentence_with_the_log_to_read(repository: Repository, port: int) -> None:
    """The exit code is 1, and nothing runs on."""
    repository.program(".venv/bin/sam", "echo 'Error: requirements.txt has no hashes'; exit 1")
    with repository.start(port) as rehearsal:
        said, _ = rehearsal.communicate(timeout=20)
    assert rehearsal.returncode == 1
    sentence = "sam build ended with exit code 1: Error: requirements.txt has no hashes."
    assert said.splitlines()[-1].endswith(f"{sentence} Read .rehearsal/logs/sam-build.log.")
    assert not alive(until_written(repository.log("slack")))


def test_a_local_aws_that_dies_is_one_sentence_with_its_last_words(repository: Repository, port: int) -> None:
    """The rehearsal does not wait for the build to end."""
    repository.program(".cache/cloud/bin/python", "echo 'ModuleNotFoundError: ministack'; exit 3")
    with repository.start(port) as rehearsal:
        said, _ = rehearsal.communicate(timeout=20)
    assert rehearsal.returncode == 1
    sentence = "The local AWS ended with exit code 3: ModuleNotFoundError: ministack."
    assert said.splitlines()[-1].endswith(f"{sentence} Read .rehearsal/logs/cloud.log.")


def test_a_port_in_use_ends_the_rehearsal_before_it_deletes_or_starts_anything(
    repository: Repository, port: int
) -> None:
    """The last run's logs are still there to read."""
    repository.module(".rehearsal/summary.json", "{}")
    with socket.create_server(("127.0.0.1", port + 2)), repository.start(port) as rehearsal:
        said, _ = rehearsal.communicate(timeout=20)
    assert rehearsal.returncode == 1
    assert f"Port {port + 2} is in use; end what listens there, or choose others with PORT=" in said
    assert (repository.root / ".rehearsal" / "summary.json").exists()


def test_the_help_explains_every_variable() -> None:
    """Nobody has to read the source to choose."""
    command = [sys.executable, "-m", "rehearsal", "--help"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=True).stdout
    assert all(name in said for name in ("STORY", "EXISTING", "SHORT", "ANSWER", "KEEP", "PORT", "NO_COLOR", "130"))
    assert max(map(len, said.splitlines())) <= 80
