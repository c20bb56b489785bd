"""A bucket in two: uploads arrive in one that is others', and what Slipway writes lies in one of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from slipway.models import Checksum, ObjectVersion, UnfinishedUpload
from slipway.ports import Bucket


@dataclass(frozen=True, slots=True)
class SplitBucket:
    """Reads `uploads` by their versions, and reads and writes everything else in `records`."""

    uploads: Bucket
    records: Bucket

    def versions(self, prefix: str) -> list[ObjectVersion]:
        """Return the current version of every uploaded object below a prefix."""
        return self.uploads.versions(prefix)

    def arriving(self, prefix: str) -> list[UnfinishedUpload]:
        """Return the multipart uploads in progress below a prefix."""
        return self.uploads.arriving(prefix)

    def checksum(self, key: str, version_id: str) -> Checksum | None:
        """Return the checksum that S3 stores with an uploaded version; None if there is none."""
        return self.uploads.checksum(key, version_id)

    def read(self, key: str, version_id: str, start: int, length: int) -> bytes:
        """Return `length` bytes of an uploaded version from byte `start`; fewer if it ends before."""
        return self.uploads.read(key, version_id, start, length)

    def stream(self, key: str, version_id: str, size: int) -> Iterable[bytes]:
        """Yield all bytes of an uploaded version in chunks."""
        return self.uploads.stream(key, version_id, size)

    def text(self, key: str, limit: int) -> str:
        """Return the first `limit` bytes of a record as text; empty if there is no such record."""
        return self.records.text(key, limit)

    def write(self, key: str, body: bytes, content_type: str) -> str:
        """Store a record, and return its version id."""
        return self.records.write(key, body, content_type)

    def write_once(self, key: str, body: bytes, content_type: str) -> None:
        """Store a record, unless the key has one already: that one stays."""
        self.records.write_once(key, body, content_type)
