"""What a terminal shows of a run: findings as they come, and a line that moves."""

from __future__ import annotations

import sys
import time
from typing import TextIO

from slipway.models import Verdict
from slipway.smoke import report
from slipway.smoke.checks.context import Subject
from slipway.smoke.checks.run_state import State, findings
from slipway.smoke.evidence import Evidence, Finding
from slipway.smoke.job.progress import Progress

_MARKS = {Verdict.PASSED: "ok", Verdict.FAILED: "FAILED", Verdict.INCONCLUSIVE: "unclear"}
_COLOURS = {Verdict.PASSED: 32, Verdict.FAILED: 31, Verdict.INCONCLUSIVE: 33}
_SELDOM = 5.0  # seconds between two lines of progress where lines stay


class Display:
    """Writes to the standard error: on a terminal in colour and with a line that moves, else in plain lines."""

    def __init__(self, subject: Subject, stream: TextIO | None = None) -> None:
        self._progress, self._stream = Progress(subject), stream or sys.stderr
        self._live = self._stream.isatty()
        self._told, self._next = 0, time.monotonic()

    def show(self, state: State) -> None:
        """Show what is new."""
        found = findings(state)
        for finding in found[self._told :]:
            self._line(self._finding(finding))
        self._told = len(found)
        if state.step != "ended" and (self._live or time.monotonic() >= self._next):
            self._next = time.monotonic() + _SELDOM
            said = f"{self._progress.percent(state):3} %  {self._progress.sentence(state)}"
            self._stream.write(f"\r\x1b[K{said}" if self._live else f"{said}\n")
            self._stream.flush()

    def end(self, evidence: Evidence) -> None:
        """Say what came out."""
        for warning in evidence.warnings:
            self._line(f"Warning: {warning}")
        self._line(f"{self._coloured(evidence.verdict, evidence.verdict.upper())}  {report.sentence(evidence)}")

    def _finding(self, finding: Finding) -> str:
        mark = self._coloured(finding.verdict, f"{_MARKS[finding.verdict]:8}")
        return f"{mark} {finding.name}: {finding.sentence}"

    def _coloured(self, verdict: Verdict, text: str) -> str:
        return f"\x1b[{_COLOURS[verdict]}m{text}\x1b[0m" if self._live else text

    def _line(self, text: str) -> None:
        self._stream.write(f"\r\x1b[K{text}\n" if self._live else f"{text}\n")
        self._stream.flush()
