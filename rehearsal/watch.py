"""Waiting: for a condition, with a bound, while nothing that must run has ended and nobody pressed Ctrl-C."""

import time
from collections.abc import Callable

from rehearsal.errors import RehearsalError
from rehearsal.interruption import Interruption
from rehearsal.processes import Children


class Watch:
    """The one place where a rehearsal sleeps."""

    def __init__(
        self,
        interruption: Interruption,
        children: Children,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._interruption = interruption
        self._children = children
        self._clock = clock
        self._sleep = sleep

    def now(self) -> float:
        """Seconds on a clock that only goes forward."""
        return self._clock()

    def pause(self, seconds: float = 0.1) -> None:
        """Sleep a moment; fail at once if a process died or somebody asked us to end."""
        self._interruption.check()
        self._children.check()
        self._sleep(seconds)

    def until[T](self, look: Callable[[], T | None], seconds: float, complaint: str, every: float = 0.3) -> T:
        """Look again and again until something is there; the complaint is the error after so many seconds."""
        deadline = self.now() + seconds
        while (found := look()) is None:
            if self.now() > deadline:
                raise RehearsalError(complaint)
            self.pause(every)
        return found

    def until_ok(self, fault: Callable[[], str], seconds: float) -> None:
        """Look again and again until nothing is wrong; what still is after so many seconds is the error."""
        deadline = self.now() + seconds
        while wrong := fault():
            if self.now() > deadline:
                raise RehearsalError(wrong)
            self.pause(0.3)
