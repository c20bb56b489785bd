"""A limit on the processor time for judging one answer: schemas and expressions of strangers can take hours."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Never

from slipway.errors import SuiteInvalid

SECONDS = 1.0  # 64 answers that come when a function's time is over must still be judged
_AGAIN = 0.1  # seconds until the next signal, should a library have caught the first one


@contextmanager
def cpu_time_limit() -> Iterator[None]:
    """Bound the CPU time of what is done within it to SECONDS, or raise SuiteInvalid; for the main thread only."""
    # Steps cannot be counted in libraries that compare, sort and match in C; a signal stops them all. It counts the
    # process's own time, so that a busy machine changes no verdict.
    before = signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _stop(*_: object) -> Never:
    """Raise SuiteInvalid: the time is over."""
    sentence = f"Judging one answer took more than {SECONDS:g} s: write the suite's schemas and expressions plainer."
    raise SuiteInvalid(sentence)
