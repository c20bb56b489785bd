"""Judging an answer ends soon, whatever keeps it busy."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable

import pytest

from slipway.errors import SuiteInvalid
from slipway.smoke.answers import time_limit
from slipway.smoke.answers.body import search
from slipway.smoke.suite import schemas

ROWS = [{"n": n} for n in range(50_000)]


@pytest.mark.parametrize(
    "judge",
    [
        lambda: schemas.miss({"uniqueItems": True}, ROWS),
        lambda: search("|".join(["[*]"] * 40), ROWS * 5),
        lambda: re.search("(a|aa)+b", "a" * 60),
    ],
)
def test_what_takes_long_is_stopped(monkeypatch: pytest.MonkeyPatch, judge: Callable[[], object]) -> None:
    """Comparing, looking, and matching in C."""
    monkeypatch.setattr(time_limit, "SECONDS", 0.2)
    began = time.process_time()
    with pytest.raises(SuiteInvalid, match="took more than"), time_limit.cpu_time_limit():
        judge()
    assert time.process_time() - began < 2


def test_nothing_is_stopped_afterwards() -> None:
    """The timer ends with the judging, and what was to be done at the signal before is to be done again."""
    before = signal.getsignal(signal.SIGVTALRM)
    with time_limit.cpu_time_limit():
        pass
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0, 0)
    assert signal.getsignal(signal.SIGVTALRM) is before
