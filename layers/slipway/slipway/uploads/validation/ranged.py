"""A file in the bucket that is read by ranges, within a budget."""

from __future__ import annotations

import io
import os
from collections.abc import Callable

from slipway.errors import SlipwayError

type Read = Callable[[int, int], bytes]

BYTES = 12 * 1024**2
REQUESTS = 3000
SMALLEST = 1024
LARGEST = 64 * 1024
LARGEST_READ = 512 * 1024
STEPS = 600_000  # looks at the file, a few seconds of processor time
LARGEST_HELD = 8 * 1024**2
HELD_STEPS = 2_000_000


class Exhausted(SlipwayError):
    """A file would take more reading than the look at it is worth."""


class Truncated(SlipwayError):
    """A file ends before something that it announces."""


class Malformed(SlipwayError):
    """Bytes are not what their format says."""


class Ranged(io.RawIOBase):
    """A file of `size` bytes; `read` gives so many bytes (its second argument) from a position on (its first).

    `max_expanded` is how many bytes it may come to if it is an archive. Fetches a little more than it is asked for, the
    more the longer it is read onwards. Raises Exhausted when the budget of bytes, requests or steps is spent, so that
    no file, however it is made, takes more than that.
    """

    def __init__(self, read: Read, size: int, max_expanded: int = 1 << 40) -> None:
        """Take `read(start, length)` for a file of `size` bytes; an archive may expand to `max_expanded` bytes."""
        super().__init__()
        self._fetcher = read
        self.size, self.max_expanded = size, max_expanded
        self._bytes, self._requests, self._steps = BYTES, REQUESTS, STEPS
        self._position = 0
        self._start, self._window, self._block = 0, b"", SMALLEST // 2

    def at(self, start: int, length: int) -> bytes:
        """Return exactly `length` bytes from a position on; raises Truncated if the file ends before."""
        self._steps -= 1
        if self._steps < 0:
            raise Exhausted
        if start < 0 or length < 0 or start + length > self.size:
            raise Truncated
        if length and (start < self._start or start + length > self._start + len(self._window)):
            self._fetch(start, length)
        return self._window[start - self._start : start - self._start + length]

    def held(self) -> Ranged:
        """Return the file read whole, for a format that is small and walked to and fro; itself if it is too large.

        Steps in memory are cheap: there may be more of them.
        """
        if self.size > min(self._bytes, LARGEST_HELD):
            return self
        found = Ranged(self._fetcher, self.size, self.max_expanded)
        starts = range(0, self.size, LARGEST_READ)
        found._window = b"".join(self._fetcher(start, min(LARGEST_READ, self.size - start)) for start in starts)
        found._bytes, found._requests, found._steps = 0, 0, HELD_STEPS
        return found

    def head(self, length: int) -> bytes:
        """Return the first bytes; fewer if the file has no more."""
        return self.at(0, min(length, self.size))

    def _fetch(self, start: int, length: int) -> None:
        """Read a range, and more ahead if reads go onwards, into the window; raises Exhausted, or Truncated."""
        onwards = self._start <= start <= self._start + len(self._window)
        self._block = min(2 * self._block, LARGEST) if onwards else SMALLEST
        wanted = min(max(length, min(self._block, self._bytes)), self.size - start)
        if wanted > self._bytes or not self._requests:
            raise Exhausted
        self._bytes, self._requests = self._bytes - wanted, self._requests - 1
        self._start, self._window = start, self._fetcher(start, wanted)
        if len(self._window) < length:
            raise Truncated

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the position that is read next."""
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Move to a position and return it; raises OSError for one before the beginning."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise OSError("There is nothing before the beginning of a file.")
        self._position = base + offset
        return self._position

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes; raises Exhausted for more at once than an archive's list of members may take."""
        left = max(self.size - self._position, 0)
        length = left if size < 0 else min(size, left)
        if length > LARGEST_READ:
            raise Exhausted
        content = self.at(self._position, length) if length else b""
        self._position += length
        return content
