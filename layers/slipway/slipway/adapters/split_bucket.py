"""A bucket in two: uploads arrive in one that is others', and what Slipway writes lies in one of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from slipway.models import Checksum, ObjectVersion
from slipway.ports import Bucket


@dataclass(frozen=True, slots=True)
class SplitBucket:
    """Reads `uploads` by their versions, and reads and writes everything else in `records`."""

    uploads: Bucket
    records: Bucket

    def versions(self, prefix: str) -> list[ObjectVersion]:
        """Return the current versions of uploaded objects."""
        return self.uploads.versions(prefix)

    def arriving(self, prefix: str) -> bool:
        """Return whether an upload in parts is in progress."""
        return self.uploads.arriving(prefix)

    def checksum(self, key: str, version_id: str) -> Checksum | None:
        """Return the checksum that S3 stores with an uploaded version."""
        return self.uploads.checksum(key, version_id)

    def read(self, key: str, version_id: str, start: int, length: int) -> bytes:
        """Read a part of an uploaded version."""
        return self.uploads.read(key, version_id, start, length)

    def stream(self, key: str, version_id: str, size: int) -> Iterable[bytes]:
        """Yield the bytes of an uploaded version."""
        return self.uploads.stream(key, version_id, size)

    def text(self, key: str, limit: int) -> str:
        """Read a record."""
        return self.records.text(key, limit)

    def write(self, key: str, body: bytes, content_type: str) -> str:
        """Store a record, and return its version."""
        return self.records.write(key, body, content_type)

    def write_once(self, key: str, body: bytes, content_type: str) -> None:
        """Store a record unless there is one."""
        self.records.write_once(key, body, content_type)
