"""Starts processes that do not outlive the process they belong to, and ends process trees."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO

import psutil

_SUPERVISOR = Path(__file__).with_name("supervisor.py")


def start(
    command: list[str],
    owner: int | None,
    *,
    cwd: Path,
    env: Mapping[str, str],
    stdout: int | IO[bytes],
    stdin: int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start the command in a process group of its own, which is killed when the process `owner` has ended."""
    # -I: the supervisor must not see the command's PYTHONPATH.
    supervisor = [sys.executable, "-I", str(_SUPERVISOR), str(owner or "")]
    return subprocess.Popen(
        [*supervisor, *command],
        cwd=cwd,
        env=env,
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def alive(pid: int) -> bool:
    """Return whether the process runs; one that only waits to be reaped does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def end(pid: int, grace: float = 3.0) -> None:
    """Send SIGTERM to the process group, after `grace` seconds SIGKILL, and wait for the group's leader."""
    signal_group(pid, signal.SIGTERM)
    with suppress(psutil.NoSuchProcess):
        leader = psutil.Process(pid)
        with suppress(psutil.TimeoutExpired):
            leader.wait(grace)
        signal_group(pid, signal.SIGKILL)
        leader.wait()
    # The leader may end before others of its group.
    signal_group(pid, signal.SIGKILL)


def signal_group(group: int, number: signal.Signals) -> None:
    """Send a signal to a process group that may be gone already."""
    # macOS calls a group of zombies a matter of permission.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
