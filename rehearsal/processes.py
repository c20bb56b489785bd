"""The processes that a rehearsal starts, each in a group of its own, and their end."""

import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from rehearsal.errors import RehearsalError
from rehearsal.logs import last_error
from standins.processes import signal_group

GRACE = 8.0
TREE_AGE = 2.0


@dataclass(slots=True)
class Child:
    """A process of ours: one that lasts as long as the rehearsal, or one that does a job and ends."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    lasting: bool
    descendants: set[psutil.Process] = field(default_factory=set)
    looked: float = 0.0

    def remember_descendants(self) -> None:
        """Look up its descendants, which cannot be found any more once it is dead."""
        with suppress(psutil.NoSuchProcess):
            self.descendants |= set(psutil.Process(self.process.pid).children(recursive=True))
        self.looked = time.monotonic()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to its whole group."""
        signal_group(self.process.pid, number)

    def kill(self) -> None:
        """Kill its group and every descendant, also one that opened a group of its own."""
        self.remember_descendants()
        self.signal(signal.SIGKILL)
        for process in self.descendants:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.wait()


class Children:
    """Starts processes in the repository and ends every one of them."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._running: list[Child] = []

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        log: Path,
        env: Mapping[str, str],
        *,
        lasting: bool = False,
    ) -> Child:
        """Start a process whose output goes to the log."""
        with log.open("ab") as output:
            process = subprocess.Popen(
                [str(word) for word in command],
                cwd=self._root,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        child = Child(name, process, log, lasting)
        self._running.append(child)
        return child

    def finished(self, child: Child) -> bool:
        """Return whether a job is done; one that failed is an error."""
        if child.process.poll() is None:
            return False
        if child in self._running:
            self._running.remove(child)
            child.signal(signal.SIGKILL)
        if child.process.returncode:
            raise self._ended(child)
        return True

    def check(self) -> None:
        """Fail if a lasting process has ended."""
        for child in self._running:
            if child.lasting and child.process.poll() is not None:
                raise self._ended(child)
            if time.monotonic() - child.looked > TREE_AGE:
                child.remember_descendants()

    def _ended(self, child: Child) -> RehearsalError:
        status = _status(child.process.returncode)
        return RehearsalError(f"{child.name} ended with {status}: {last_error(child.log)}", child.log)

    def stop(self, hurry: Callable[[], bool] = lambda: False) -> None:
        """End them all: asked first, killed after some seconds, or at once when `hurry` says so."""
        for child in self._running:
            child.remember_descendants()
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        while any(child.process.poll() is None for child in self._running):
            if hurry() or time.monotonic() > deadline:
                break
            time.sleep(0.05)
        for child in self._running:
            child.kill()
        self._running.clear()


def _status(code: int) -> str:
    return f"exit code {code}" if code > 0 else f"signal {signal.Signals(-code).name}" if code else "exit code 0"
