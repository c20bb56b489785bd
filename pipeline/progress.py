"""How far a fetch is: a line on the log every second."""

from __future__ import annotations

import time
from threading import Event, Lock, Thread
from typing import Self

EVERY = 1.0  # seconds
MEGA = 1_000_000


class Progress:
    """Counts what arrives, from several threads, and tells it while it is entered; `total` in bytes."""

    def __init__(self, total: int) -> None:
        self._total, self._arrived = total, 0
        self._lock, self._over = Lock(), Event()
        self._teller = Thread(target=self._tell, daemon=True)

    def __enter__(self) -> Self:
        self._began = time.monotonic()
        self._teller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._teller.join()
        took = time.monotonic() - self._began
        print(
            f"fetched {self._arrived:,} bytes in {took:.1f} s, {self._arrived / MEGA / took:,.0f} MB/s",
            flush=True,
        )

    def add(self, count: int) -> None:
        """Count bytes that have arrived."""
        with self._lock:
            self._arrived += count

    def _tell(self) -> None:
        """Print the progress every second, until all is over."""
        then, before = time.monotonic(), 0
        while not self._over.wait(EVERY):
            now, arrived = time.monotonic(), self._arrived
            speed = (arrived - before) / MEGA / (now - then)
            print(
                f"{arrived:,} of {self._total:,} bytes, {arrived / max(self._total, 1):.0%}, {speed:,.0f} MB/s",
                flush=True,
            )
            then, before = now, arrived
