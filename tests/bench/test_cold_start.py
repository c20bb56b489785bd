"""The bench knows every function."""

from __future__ import annotations

from bench.cold_start import FIRST
from tests.support.paths import ROOT


def test_every_function_has_its_floor() -> None:
    """One that is new would end the bench in the middle."""
    assert set(FIRST) == {path.parent.name for path in (ROOT / "functions").glob("*/app.py")}
