"""A file that is arriving: written where its bytes belong, and read on for its checksums in their order."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from threading import Condition

from pipeline.checksums import Check
from pipeline.errors import BuildError
from pipeline.manifest import File


class IncomingFile:
    """Takes the ranges of one file from several threads; `sha256` is that of the whole once it is complete."""

    def __init__(self, file: File, target: Path, checks: list[Check]) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        self.file, self.sha256 = file, ""
        self._out, self._checks, self._whole = target.open("wb", buffering=0), checks, hashlib.sha256()
        self._turn, self._read, self._given_up = Condition(), 0, False

    def take(self, start: int, data: memoryview) -> None:
        """Write a range, wait until all before it is read (which bounds the memory), and read it for the checksums."""
        self._write(start, data)
        with self._turn:
            self._turn.wait_for(lambda: self._read == start or self._given_up)
            if self._given_up:
                return
            self._read_on(data)
            self._turn.notify_all()

    def give_up(self) -> None:
        """Let the threads go that wait for a range which will not come."""
        with self._turn:
            self._given_up = True
            self._turn.notify_all()

    def _write(self, start: int, data: memoryview) -> None:
        """Write bytes at a position of the file."""
        while data:
            count = os.pwrite(self._out.fileno(), data, start)
            start, data = start + count, data[count:]

    def _read_on(self, data: memoryview) -> None:
        """Add the next bytes to all checksums; finish after the last ones."""
        self._whole.update(data)
        for check in self._checks:
            check.digest.update(data)
        self._read += len(data)
        if self._read == self.file.size:
            self._finish()

    def _finish(self) -> None:
        """Close the file, and raise BuildError unless all of its checksums hold."""
        self._out.close()
        if wrong := [check.name for check in self._checks if not check.holds()]:
            names = " and ".join(wrong)
            raise BuildError(f"{self.file.path} is not what was frozen (its {names} differs): upload it again.")
        self.sha256 = self._whole.hexdigest()
        by = " and ".join(check.name for check in self._checks) or "its size only: S3 keeps no checksum known here"
        print(f"fetched {self.file.path}: {self.file.size:,} bytes, verified by {by}", flush=True)
