"""The processes that a rehearsal starts, with real ones."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal.errors import Interrupted, RehearsalError
from rehearsal.interruption import Interruption
from rehearsal.processes import Child, Children
from rehearsal.watch import Watch
from tests.support.paths import ROOT

STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
ORDERLY = """
import signal, sys, time
signal.signal(15, lambda *_: (print("bye"), sys.exit()))
print("up", flush=True)
time.sleep(60)
"""
# A child whose own child opened a session of its own, as a build or an instance may.
FAMILY = f"""
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", {STUBBORN!r}], start_new_session=True)
print(child.pid, flush=True)
time.sleep(60)
"""
# A rehearsal in small, which waits until somebody ends it.
REHEARSAL = f"""
import os, sys
from pathlib import Path
from rehearsal.errors import Interrupted
from rehearsal.interruption import Interruption
from rehearsal.processes import Children
from rehearsal.watch import Watch
interruption, children = Interruption.watched(), Children(Path.cwd())
command = [sys.executable, "-c", {STUBBORN!r}]
child = children.start("The child", command, Path(sys.argv[1]), os.environ, lasting=True)
print(child.process.pid, flush=True)
try:
    while True:
        Watch(interruption, children).pause(0.02)
except Interrupted:
    print("ending", flush=True)
    children.stop(hurry=lambda: interruption.count > 1)
    sys.exit(130)
"""


@pytest.fixture
def children(tmp_path: Path) -> Iterator[Children]:
    """Children of which none is left after the test."""
    children = Children(tmp_path)
    yield children
    children.stop(hurry=lambda: True)


def started(children: Children, program: str, log: Path, *, lasting: bool = False) -> Child:
    return children.start("The child", [sys.executable, "-c", program], log, os.environ, lasting=lasting)


def until_said(log: Path) -> str:
    """Wait for a first line in a log."""
    deadline = time.monotonic() + 10
    while not log.exists() or "\n" not in log.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return log.read_text().splitlines()[0]


def alive(pid: int) -> bool:
    """Whether a process runs; one that waits to be reaped by a stranger does not."""
    listing = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, timeout=5, check=False
    )
    return listing.stdout.strip()[:1] not in {"", "Z"}


def until_gone(pid: int) -> None:
    deadline = time.monotonic() + 5
    while alive(pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_job_that_ends_well_is_finished(children: Children, tmp_path: Path) -> None:
    """Its output is in its log."""
    job = started(children, "print('done')", tmp_path / "log")
    assert Watch(Interruption(), children).until(lambda: children.finished(job) or None, 10, "late", every=0.02)
    assert (tmp_path / "log").read_text() == "done\n"


def test_a_job_that_fails_is_an_error_with_its_last_words_and_its_log(children: Children, tmp_path: Path) -> None:
    """An `Error:` line tells more than what a tool prints after it."""
    words = r"print('\033[31mError: no template\033[0m\nA newer version is available!'); raise SystemExit(3)"
    job = started(children, words, tmp_path / "log")
    with pytest.raises(RehearsalError, match=r"^The child ended with exit code 3: Error: no template\.$") as caught:
        Watch(Interruption(), children).until(lambda: children.finished(job) or None, 10, "late", every=0.02)
    assert caught.value.log == tmp_path / "log"


@pytest.mark.parametrize(
    ("program", "sentence"),
    [
        ("raise SystemExit('no room')", "The child ended with exit code 1: no room."),
        ("print('bye')", "The child ended with exit code 0: bye."),
        ("import os; os.kill(os.getpid(), 9)", "The child ended with signal SIGKILL: it said nothing."),
    ],
)
def test_a_lasting_process_that_ends_is_told_at_once(
    children: Children, tmp_path: Path, program: str, sentence: str
) -> None:
    """Whatever is waited for, the death of a server ends the wait with the server's last words."""
    started(children, program, tmp_path / "log", lasting=True)
    with pytest.raises(RehearsalError) as caught:
        Watch(Interruption(), children).until(lambda: None, 10, "late", every=0.02)
    assert str(caught.value) == sentence


def test_stopping_asks_first(children: Children, tmp_path: Path) -> None:
    """A process that ends in order is given the time for it."""
    started(children, ORDERLY, tmp_path / "log", lasting=True)
    until_said(tmp_path / "log")
    children.stop()
    assert (tmp_path / "log").read_text() == "up\nbye\n"


def test_in_a_hurry_a_process_that_will_not_end_is_killed(children: Children, tmp_path: Path) -> None:
    """A second Ctrl-C does not wait for anybody."""
    child = started(children, STUBBORN, tmp_path / "log", lasting=True)
    until_said(tmp_path / "log")
    began = time.monotonic()
    children.stop(hurry=lambda: True)
    assert not alive(child.process.pid)
    assert time.monotonic() - began < 2


def test_a_childs_child_in_a_session_of_its_own_ends_too(children: Children, tmp_path: Path) -> None:
    """Killing a process group alone would leave it behind."""
    started(children, FAMILY, tmp_path / "log", lasting=True)
    grandchild = int(until_said(tmp_path / "log"))
    children.stop(hurry=lambda: True)
    until_gone(grandchild)


def test_a_dead_servers_children_end_too(children: Children, tmp_path: Path) -> None:
    """Once their parent is dead nothing leads to them any more, so they were noted while it lived."""
    child = started(children, FAMILY, tmp_path / "log", lasting=True)
    grandchild = int(until_said(tmp_path / "log"))
    children.check()
    child.process.kill()
    child.process.wait()
    children.stop()
    until_gone(grandchild)


@pytest.mark.parametrize("first", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_after_two_interruptions_nothing_is_left(tmp_path: Path, first: signal.Signals) -> None:
    """The first begins to end things in order, the second ends them at once; the exit code is 130."""
    command = [sys.executable, "-c", REHEARSAL, str(tmp_path / "log")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as rehearsal:
        assert rehearsal.stdout
        child = int(rehearsal.stdout.readline())
        until_said(tmp_path / "log")
        rehearsal.send_signal(first)
        assert rehearsal.stdout.readline() == "ending\n"
        rehearsal.send_signal(signal.SIGINT)
        assert rehearsal.wait(10) == 130
    assert not alive(child)


def test_an_interruption_ends_every_wait(children: Children) -> None:
    """Whoever waits learns of Ctrl-C with the next look."""
    interruption = Interruption()
    interruption.count = 1
    with pytest.raises(Interrupted):
        Watch(interruption, children).until(lambda: None, 10, "late")


def test_a_wait_that_takes_too_long_is_an_error_with_its_complaint(children: Children) -> None:
    """Nothing is waited for without a bound."""
    with pytest.raises(RehearsalError, match="It never came"):
        Watch(Interruption(), children).until(lambda: None, 0.01, "It never came.", every=0.01)
