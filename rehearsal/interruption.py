"""Ctrl-C and its like, noted when they come and acted upon where it is safe."""

import signal
from types import FrameType

from rehearsal.errors import Interrupted

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interruption:
    """Counts the requests to end.

    Raising from a signal handler could lose a process between its start and its entry in our list; so the
    handler only counts, and everything that waits calls `check`.
    """

    def __init__(self) -> None:
        self.count = 0

    @classmethod
    def watched(cls) -> "Interruption":
        """Note from now on the signals that ask this process to end."""
        interruption = cls()
        for number in SIGNALS:
            signal.signal(number, interruption._note)
        return interruption

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self.count += 1

    def check(self) -> None:
        """Raise if somebody asked us to end."""
        if self.count:
            raise Interrupted("The rehearsal was interrupted; everything it had started has ended.")
