"""The display where there is no terminal: one timestamped line for each finished step."""

import sys
import time
from collections.abc import Callable
from datetime import datetime
from typing import TextIO

from rehearsal.display import Display, Step


class PlainDisplay(Display):
    """Writes lines that a log keeps well."""

    def __init__(
        self,
        out: TextIO = sys.stdout,
        clock: Callable[[], float] = time.monotonic,
        today: Callable[[], datetime] = datetime.now,
    ) -> None:
        self._out = out
        self._clock = clock
        self._today = today
        self._running: list[Step] = []

    def heading(self, title: str, note: str = "") -> None:
        """Write the block's title."""
        self._line(f"{title}: {note}" if note else title)

    def begin(self, name: str, note: str = "") -> Step:
        """Remember the step; its line comes when it is done."""
        step = Step(name, note, self._clock())
        self._running.append(step)
        return step

    def done(self, step: Step, note: str = "", seconds: float | None = None) -> None:
        """Write the step's line."""
        self._running.remove(step)
        self._line(_row("ok", step.name, note, self._clock() - step.began if seconds is None else seconds))

    def ask(self, step: Step, request: str) -> None:
        """Write the request at once, since somebody has to act on it."""
        self._line(_row("..", step.name, request, None))

    def say(self, text: str) -> None:
        """Write the sentence."""
        self._line(f"   {text}")

    def table(self, titles: list[str], rows: list[list[str]]) -> None:
        """Write the table in columns, without timestamps."""
        widths = [max(map(len, column)) for column in zip(titles, *rows, strict=True)]
        for row in [titles, *rows]:
            self._write("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())

    def fail(self, sentence: str) -> None:
        """Write what was running, then the sentence."""
        for step in self._running:
            self._line(_row("no", step.name, step.note, self._clock() - step.began))
        self._running.clear()
        self._line(sentence)

    def close(self) -> None:
        """Leave nothing in the buffer."""
        self._out.flush()

    def _line(self, text: str) -> None:
        self._write(f"{self._today():%H:%M:%S} {text}")

    def _write(self, text: str) -> None:
        self._out.write(text + "\n")
        self._out.flush()


def _row(mark: str, name: str, note: str, seconds: float | None) -> str:
    time_taken = "" if seconds is None else f"({seconds:.1f} s)"
    return " ".join(filter(None, [f"  {mark} {name:<15}", note, time_taken]))
