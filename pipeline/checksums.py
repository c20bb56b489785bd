"""What the bytes of an object must come to: the SHA-256 that Slipway computed, and what S3 keeps to find accidents."""

from __future__ import annotations

import hashlib
from base64 import b64decode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from awscrt import checksums

type Kind = Callable[[], Digest]


class Digest(Protocol):
    """A checksum of all that it was updated with, in this order."""

    def update(self, data: memoryview, /) -> None:
        """Add the next bytes."""

    def digest(self) -> bytes:
        """Return the checksum of all bytes so far."""


class Crc:
    """A cyclic redundancy check as S3 keeps it: big end first; `width` in bytes."""

    def __init__(self, step: Callable[[memoryview, int], int], width: int) -> None:
        self._step, self._width, self._value = step, width, 0

    def update(self, data: memoryview, /) -> None:
        """Add the next bytes."""
        self._value = self._step(data, self._value)

    def digest(self) -> bytes:
        """Return the checksum of all bytes so far."""
        return self._value.to_bytes(self._width, "big")


class Composite:
    """The checksum of the checksums of an object's parts; `sizes` are theirs, in bytes."""

    def __init__(self, kind: Kind, sizes: Iterable[int]) -> None:
        self._kind, self._sizes = kind, iter(sizes)
        self._parts = kind()
        self._begin()

    def update(self, data: memoryview, /) -> None:
        """Add the next bytes, which may reach over the ends of parts."""
        while data:
            here, data = data[: self._room], data[self._room :]
            self._part.update(here)
            self._room -= len(here)
            if not self._room:
                self._parts.update(memoryview(self._part.digest()))
                self._begin()

    def digest(self) -> bytes:
        """Return the checksum of the checksums of the parts that are complete."""
        return self._parts.digest()

    def _begin(self) -> None:
        """Begin the next part."""
        # What comes after the last part belongs to none: it is never whole.
        self._part, self._room = self._kind(), next(self._sizes, -1)
        if self._room == 0:
            self._parts.update(memoryview(self._part.digest()))


@dataclass(frozen=True, slots=True)
class Check:
    """What one checksum must come to."""

    name: str
    digest: Digest
    expected: bytes

    def holds(self) -> bool:
        """Return whether the bytes that were read have the expected checksum."""
        return self.digest.digest() == self.expected


def _md5() -> Digest:
    return hashlib.md5(usedforsecurity=False)


KINDS: dict[str, Kind] = {
    "CRC64NVME": lambda: Crc(checksums.crc64nvme, 8),
    "CRC32C": lambda: Crc(checksums.crc32c, 4),
    "CRC32": lambda: Crc(checksums.crc32, 4),
    "SHA1": hashlib.sha1,
    "SHA256": hashlib.sha256,
}


def of_object(algorithm: str, value: str, sizes: Callable[[], list[int]]) -> list[Check]:
    """Return the check against what S3 keeps: `value` in base64, with `-N` behind it for a composite of N parts.

    `sizes` is asked for the sizes of the parts only then. An algorithm that is not known here gives no check.
    """
    if algorithm not in KINDS:
        return []
    kind, (encoded, _, parts) = KINDS[algorithm], value.partition("-")
    digest = Composite(kind, sizes()) if parts else kind()
    return [Check(f"{algorithm} of {parts} parts" if parts else algorithm, digest, b64decode(encoded))]


def of_content(sha256: str) -> list[Check]:
    """Return the check against a manifest's SHA-256, in hexadecimal; none for an old manifest, which has no such."""
    return [Check("SHA-256", hashlib.sha256(), bytes.fromhex(sha256))] if sha256 else []


def of_etag(etag: str) -> list[Check]:
    """Return the check against an ETag, which is the MD5 of an object in one part; none for others."""
    return [Check("MD5", _md5(), bytes.fromhex(etag))] if len(etag) == 32 and "-" not in etag else []
