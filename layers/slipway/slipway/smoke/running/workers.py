"""Sending several requests at a time, as many as fit into a function's memory."""

from __future__ import annotations

from asyncio import Event, TaskGroup
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from slipway.errors import SlipwayError

MAX_BYTES = 128 * 1024**2  # of bodies on their way; each is held in up to two copies


class Workers:
    """Works on `count` items at a time, and starts no further one while MAX_BYTES are on their way."""

    def __init__(self, count: int) -> None:
        self._count, self._bytes, self._has_room = count, 0, Event()
        self._has_room.set()

    async def for_each[T](
        self, items: Iterator[T], act: Callable[[T], Awaitable[None]], stop: Callable[[], bool]
    ) -> None:
        """Act on the items until there are none left or `stop()` is true; what was begun is finished.

        Raises the first SlipwayError of an action, and then cancels the other ones.
        """

        async def work() -> None:
            """Take one item after the other, and act on it."""
            while True:
                while not self._has_room.is_set():  # another worker may have been quicker
                    await self._has_room.wait()
                if stop():
                    return
                try:
                    item = next(items)
                except StopIteration:
                    return
                await act(item)

        try:
            async with TaskGroup() as group:
                for _ in range(self._count):
                    group.create_task(work())
        except* SlipwayError as errors:
            raise errors.exceptions[0] from None

    @contextmanager
    def sending(self, size: int) -> Iterator[None]:
        """Count `size` bytes while they are on their way."""
        self._add(size)
        try:
            yield
        finally:
            self._add(-size)

    def _add(self, size: int) -> None:
        """Add to the bytes on their way, and let workers start, or wait, accordingly."""
        self._bytes += size
        (self._has_room.set if self._bytes < MAX_BYTES else self._has_room.clear)()
