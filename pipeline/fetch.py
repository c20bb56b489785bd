"""Fetching the exact versions of a candidate, in parallel, and proving that they are what was frozen."""

from __future__ import annotations

import hashlib
import shutil
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from zlib import crc32

from botocore.exceptions import BotoCoreError, ClientError

from pipeline.errors import BuildError
from pipeline.manifest import File

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CHUNK = 1 << 20  # bytes
WORKERS = 8


class Digest(Protocol):
    """A checksum that grows with what is read."""

    def update(self, data: bytes, /) -> None:
        """Read on."""

    def digest(self) -> bytes:
        """Give the checksum of what was read."""


class Crc32:
    """CRC-32 as S3 keeps it: four bytes, big end first."""

    def __init__(self) -> None:
        self._value = 0

    def update(self, data: bytes, /) -> None:
        """Read on."""
        self._value = crc32(data, self._value)

    def digest(self) -> bytes:
        """Give the checksum of what was read."""
        return self._value.to_bytes(4, "big")


_DIGESTS: dict[str, Callable[[], Digest]] = {"CRC32": Crc32, "SHA1": hashlib.sha1, "SHA256": hashlib.sha256}


def fetch(client: S3Client, bucket: str, files: tuple[File, ...], folder: Path) -> dict[str, str]:
    """Fetch files into a folder, emptied before; gives the sha256 of each by its path."""
    shutil.rmtree(folder, ignore_errors=True)
    with ThreadPoolExecutor(WORKERS) as pool:
        digests = pool.map(lambda file: _fetched(client, bucket, file, folder), files)
        return dict(zip((file.path for file in files), digests, strict=True))


def _fetched(client: S3Client, bucket: str, file: File, folder: Path) -> str:
    target = folder / file.path
    target.parent.mkdir(parents=True, exist_ok=True)
    checks, sha256 = _checks(file), hashlib.sha256()
    size = 0
    with target.open("wb") as out:
        for chunk in _chunks(client, bucket, file):
            out.write(chunk)
            sha256.update(chunk)
            for _, digest, _ in checks:
                digest.update(chunk)
            size += len(chunk)
    _verify(file, size, checks)
    kinds = " and ".join(name for name, _, _ in checks) or "its size only: S3's checksum is of a kind not known here"
    print(f"fetched {file.path}: {size:,} bytes, verified by {kinds}", flush=True)
    return sha256.hexdigest()


def _chunks(client: S3Client, bucket: str, file: File) -> Iterator[bytes]:
    try:
        answer = client.get_object(Bucket=bucket, Key=file.key, VersionId=file.version_id)
        yield from answer["Body"].iter_chunks(CHUNK)
    except (ClientError, BotoCoreError) as error:
        raise BuildError(f"{file.path} cannot be fetched ({error}): upload the model again.") from error


def _checks(file: File) -> list[tuple[str, Digest, str]]:
    """Give what a file can be verified by: a name, an empty digest, and the value it must come to."""
    checks: list[tuple[str, Digest, str]] = []
    kept = file.checksum or {"algorithm": "", "value": ""}
    if kept["algorithm"] in _DIGESTS and "-" not in kept["value"]:
        checks.append((kept["algorithm"], _DIGESTS[kept["algorithm"]](), kept["value"]))
    if "-" not in file.etag and len(file.etag) == 32:
        # A single-part object's ETag is its MD5 unless it is encrypted with KMS, which the model bucket is not.
        checks.append(("MD5", hashlib.md5(usedforsecurity=False), b64encode(bytes.fromhex(file.etag)).decode()))
    return checks


def _verify(file: File, size: int, checks: list[tuple[str, Digest, str]]) -> None:
    if size != file.size:
        raise BuildError(f"{file.path} has {size:,} bytes and was frozen with {file.size:,}: upload the model again.")
    for name, digest, expected in checks:
        if b64encode(digest.digest()).decode() != expected:
            raise BuildError(f"{file.path} is not what was frozen (its {name} differs): upload the model again.")
