"""What the logs of a run say: a process's last words, and what came since a moment."""

import re
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from rehearsal.denials import Denial, find_denials

ESCAPE = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
LONGEST = 300


def last_error(log: Path) -> str:
    """The line of a log that tells why, as a sentence: its last `Error:`, or whatever it said last."""
    text = log.read_text(errors="replace") if log.exists() else ""
    lines = [line.strip() for line in ESCAPE.sub("", text).splitlines() if line.strip()]
    errors = [line for line in lines[-20:] if line.startswith("Error:")]
    words = (errors or lines or ["it said nothing"])[-1][:LONGEST]
    return words if words.endswith((".", "!", "?")) else f"{words}."


class LogWatch:
    """Remembers how long each log of a run was, and reads what came since.

    `more` returns further text by the moment from which on it counts, in seconds since the epoch.
    """

    def __init__(self, folder: Path, more: Callable[[float], str] = lambda _: "") -> None:
        self._folder = folder
        self._more = more
        self._sizes: dict[Path, int] = {}
        self._since = time.time()

    def mark(self) -> None:
        """Count from here on."""
        self._sizes = {log: log.stat().st_size for log in self._logs()}
        self._since = time.time()

    def denials(self) -> list[Denial]:
        """The denials since the mark."""
        return find_denials("\n".join(self._tail(log) for log in self._logs())) or find_denials(self._more(self._since))

    def failed_build(self) -> Path | None:
        """The log of a build that failed since the mark."""
        builds = self._folder.glob("build-*.log")
        return next((log for log in builds if "Phase complete: BUILD State: FAILED" in self._tail(log)), None)

    def _logs(self) -> list[Path]:
        return sorted([*self._folder.glob("*.log"), *self._folder.glob("*.jsonl")])

    def _tail(self, log: Path) -> str:
        with suppress(FileNotFoundError), log.open("rb") as file:  # another run may have begun meanwhile
            file.seek(self._sizes.get(log, 0))
            return file.read().decode(errors="replace")
        return ""
