"""The limit on what Slack waits for."""

from __future__ import annotations

import signal

import pytest

from slipway.errors import DeadlineExceeded
from slipway.web.slack.deadline import deadline


def test_a_signal_at_the_very_end_leaves_no_timer_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would break off whatever the function does next."""
    before, calls = signal.getsignal(signal.SIGALRM), []

    def late(which: int, seconds: float, interval: float = 0) -> tuple[float, float]:
        calls.append(seconds)
        if len(calls) == 2:
            raise DeadlineExceeded
        return real(which, seconds, interval)

    real = signal.setitimer
    monkeypatch.setattr(signal, "setitimer", late)
    with pytest.raises(DeadlineExceeded), deadline(60):
        pass
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert signal.getsignal(signal.SIGALRM) is before
