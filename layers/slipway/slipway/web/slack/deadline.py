"""A limit on what Slack waits for, all calls and their repetitions together."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Never

from slipway.errors import DeadlineExceeded

_AGAIN = 0.1  # seconds until the next signal, should a library have caught the first one


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Break off what is done within it after so many seconds by DeadlineExceeded; for the main thread only."""
    # Timeouts of sockets bound one step each: connecting, one read. A signal bounds their sum.
    before = signal.signal(signal.SIGALRM, _stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    finally:  # once more, should the signal have come just before; the next one is far away
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _stop(*_: object) -> Never:
    raise DeadlineExceeded("Slack waits no longer.")
