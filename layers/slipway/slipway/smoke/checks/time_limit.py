"""Judging by what strangers wrote ends soon: schemas and expressions can be made to take hours for one answer."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Never

from slipway.errors import SuiteInvalid

LONGEST = 1.0  # seconds of the processor: 64 answers that come when a function's time is over must still be judged
_AGAIN = 0.1  # seconds until it is stopped again, should a library have caught the first stop


@contextmanager
def bounded() -> Iterator[None]:
    """Judge one answer, or raise SuiteInvalid when that takes too long; for the main thread."""
    # Steps cannot be counted in libraries that compare, sort and match in C; a signal stops them all. It counts the
    # process's own time, so that a busy machine changes no verdict.
    before = signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _stop(*_: object) -> Never:
    sentence = f"Judging one answer took more than {LONGEST:g} s: write the suite's schemas and expressions plainer."
    raise SuiteInvalid(sentence)
