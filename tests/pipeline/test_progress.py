"""A long fetch tells how far it is."""

from __future__ import annotations

import re
import time

import pytest

from pipeline import progress


def test_lines(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A line each interval tells bytes, percent and speed, and the last one what it came to; none is overwritten."""
    monkeypatch.setattr(progress, "EVERY", 0.01)
    printed = ""
    with progress.Progress(4_000_000) as counted:
        counted.add(1_000_000)
        deadline = time.monotonic() + 10
        while printed.count("\n") < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
            printed += capsys.readouterr().out
    last = capsys.readouterr().out.splitlines()[-1]
    assert re.match(r"1,000,000 of 4,000,000 bytes, 25%, [\d,]+ MB/s\n", printed)
    assert re.fullmatch(r"fetched 1,000,000 bytes in [\d.]+ s, [\d,]+ MB/s", last)
    assert "\r" not in printed


def test_nothing_to_fetch(capsys: pytest.CaptureFixture[str]) -> None:
    """An upload of empty files is no division by zero."""
    with progress.Progress(0):
        pass
    assert capsys.readouterr().out.startswith("fetched 0 bytes")
