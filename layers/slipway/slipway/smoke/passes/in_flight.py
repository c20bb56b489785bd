"""How much is on its way: many large requests at a time would not fit into a function's memory."""

from __future__ import annotations

from asyncio import Event
from collections.abc import Iterator
from contextlib import contextmanager

ROOM = 128 * 1024**2  # bytes, after which the next request waits: each has up to two copies on its way


class Load:
    """The bytes of all requests that are on their way."""

    def __init__(self) -> None:
        self._bytes, self._room = 0, Event()
        self._room.set()

    async def room(self) -> None:
        """Wait until there is room for another one."""
        while not self._room.is_set():  # another one may have been quicker
            await self._room.wait()

    @contextmanager
    def carrying(self, size: int) -> Iterator[None]:
        """Count a request while it is on its way."""
        self._add(size)
        try:
            yield
        finally:
            self._add(-size)

    def _add(self, size: int) -> None:
        self._bytes += size
        (self._room.set if self._bytes < ROOM else self._room.clear)()
