"""Starts processes that do not outlive the local AWS, and ends them."""

import functools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from io import FileIO
from pathlib import Path
from typing import IO

_held: list[FileIO] = []
_KEEPER = Path(__file__).with_name("keeper.py")


@functools.cache
def hold(folder: Path) -> Path:
    """Hold a lifeline in this folder for as long as this process lives, and return its path."""
    path = folder / f"lifeline-{os.getpid()}"
    folder.mkdir(parents=True, exist_ok=True)
    _held.append(open_pipe(path))
    return path


def open_pipe(path: Path) -> FileIO:
    """A new lifeline, which breaks when the answer is closed."""
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    # Opened for writing only, it would wait for a reader.
    return FileIO(os.open(path, os.O_RDWR), "r+")


def start(
    command: list[str],
    lifeline: Path | None,
    *,
    cwd: Path,
    env: Mapping[str, str],
    stdout: int | IO[bytes],
    stdin: int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start the command in a process group of its own, which ends with the lifeline."""
    # -I -S: the keeper needs no packages, and must not see the command's PYTHONPATH.
    keeper = [sys.executable, "-I", "-S", str(_KEEPER), str(lifeline or "")]
    return subprocess.Popen(
        [*keeper, *command],
        cwd=cwd,
        env=env,
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def alive(pid: int) -> bool:
    """Whether the process runs; a finished child of ours is reaped on the way."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == 0
    except ChildProcessError:
        return _exists(pid)


def end(pid: int, grace: float = 3.0) -> None:
    """End the process group: politely, and after `grace` seconds for good."""
    _signal_group(pid, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    _signal_group(pid, signal.SIGKILL)
    while alive(pid):
        time.sleep(0.02)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _signal_group(pid: int, number: signal.Signals) -> None:
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        # Nobody is left in the group; macOS calls a group of zombies a matter of permission.
        return
