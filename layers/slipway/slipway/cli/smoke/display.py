"""What a terminal shows of a run: findings as they come, and a line that moves."""

from __future__ import annotations

import sys
import time

import click

from slipway.models import Verdict
from slipway.models.text import visible
from slipway.smoke import report
from slipway.smoke.evidence import Evidence, Finding
from slipway.smoke.running.context import RunContext
from slipway.smoke.running.progress import RunProgress
from slipway.smoke.running.state import RunState

_MARKS = {Verdict.PASSED: "ok", Verdict.FAILED: "FAILED", Verdict.INCONCLUSIVE: "unclear"}
_COLOURS = {Verdict.PASSED: "green", Verdict.FAILED: "red", Verdict.INCONCLUSIVE: "yellow"}
_PAUSE = 5.0  # seconds between two lines of progress where lines stay
_CLEAR = "\r\x1b[K"


class Display:
    """Writes to the standard error: on a terminal in colour and with a line that moves, else in plain lines."""

    def __init__(self, context: RunContext) -> None:
        self._progress, self._terminal = RunProgress(context), sys.stderr.isatty()
        self._shown, self._next = 0, time.monotonic() + (0 if self._terminal else _PAUSE)

    def show(self, state: RunState) -> None:
        """Print the findings, and the progress, that are new since the last call."""
        for finding in state.findings[self._shown :]:
            self._line(self._finding(finding))
        self._shown = len(state.findings)
        if state.step != "ended" and (self._terminal or time.monotonic() >= self._next):
            self._next = time.monotonic() + _PAUSE
            self._line(
                f"{self._progress.percent(state):3} %  {self._progress.sentence(state)}", stays=not self._terminal
            )

    def end(self, evidence: Evidence) -> None:
        """Print the verdict and the figures."""
        for warning in evidence.warnings:
            self._line(f"Warning: {visible(warning)}")
        verdict = click.style(evidence.verdict.upper(), _COLOURS[evidence.verdict])
        self._line(f"{verdict}  {visible(report.sentence(evidence))}")

    def _finding(self, finding: Finding) -> str:
        """Return a finding as a coloured line."""
        mark = click.style(f"{_MARKS[finding.verdict]:8}", _COLOURS[finding.verdict])
        return f"{mark} {visible(f'{finding.name}: {finding.sentence}')}"

    def _line(self, text: str, *, stays: bool = True) -> None:
        """Print a line in the place of a progress line; the next one replaces it unless it `stays`."""
        click.echo(f"{_CLEAR}{text}" if self._terminal else text, err=True, nl=stays)
