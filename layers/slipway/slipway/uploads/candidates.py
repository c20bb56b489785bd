"""From an upload to a candidate: when it is complete, and what it is made of."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import datetime, timedelta

from slipway.models import Candidate, CandidateFile, Checksum, Json, ObjectVersion
from slipway.ports import Bucket

READERS = 8  # checksums asked for at a time: an upload may have hundreds of small files
MAX_FILES = 2000  # so that all of them are looked at within the function's minute
MARKER = "_RELEASE"


def prefix_of(key: str) -> str:
    """Give the prefix that an object's upload shares: its folder below the model, or the single file itself."""
    parts = key.split("/")
    return key if len(parts) == 3 else "/".join(parts[:3]) + "/"


def model_of(prefix: str) -> str:
    """Give the model's name, the first segment after `models/`."""
    return prefix.split("/")[1]


def is_upload(key: str) -> bool:
    """Tell whether a key belongs to a model, and is more than the marker of a folder."""
    return key.count("/") >= 2 and not key.endswith("/")


def marker_of(prefix: str) -> str:
    """Give the key of the object that says that a folder is complete."""
    return prefix + MARKER if prefix.endswith("/") else ""


def overtaken(objects: Sequence[ObjectVersion], key: str, arrived: datetime) -> bool:
    """Tell whether something newer is there than the object we are told of: its own event settles the upload.

    S3 counts whole seconds; of the objects of one second the marker, else the last by name, speaks for all.
    """
    if key == marker_of(prefix_of(key)):
        return max(item.modified for item in objects) > arrived
    return max((item.modified, item.key) for item in objects) > (arrived, key)


def early(arrived: datetime, settle: timedelta, now: datetime) -> timedelta:
    """Give how much of the quiet time that makes an upload complete is still to come; nothing if it is over."""
    return max(arrived + settle - now, timedelta())


def freeze(bucket: Bucket, prefix: str, objects: Sequence[ObjectVersion]) -> Candidate:
    """Name an upload by its content: equal paths, sizes and checksums are the same candidate.

    One with more files than are allowed is named by its listing alone.
    """
    checksum = bucket.checksum if len(objects) <= MAX_FILES else lambda *_: None
    with ThreadPoolExecutor(READERS) as pool:
        found = pool.map(lambda item: _file(prefix, item, checksum(item.key, item.version_id)), objects)
    files = tuple(sorted(found, key=lambda file: file.path))
    model = model_of(prefix)
    return Candidate(
        name=f"{model}-{_digest(files)}",
        model=model,
        prefix=prefix,
        files=files,
        uploaded_at=max(item.modified for item in objects),
    )


def manifest_of(candidate: Candidate) -> Json:
    """Write a candidate down as the build reads it."""
    return {
        "candidate": candidate.name,
        "model": candidate.model,
        "prefix": candidate.prefix,
        "author": candidate.author,
        "uploaded_at": candidate.uploaded_at.isoformat(),
        "bytes": candidate.bytes,
        "files": [asdict(file) for file in candidate.files],
    }


def _file(prefix: str, item: ObjectVersion, checksum: Checksum | None) -> CandidateFile:
    path = item.key.removeprefix(prefix) or item.key.rsplit("/", 1)[-1]
    return CandidateFile(path, item.key, item.version_id, item.size, item.etag, checksum)


def _digest(files: Sequence[CandidateFile]) -> str:
    whole = hashlib.sha256()
    for file in files:
        content = f"{file.checksum.algorithm}:{file.checksum.value}" if file.checksum else file.etag
        whole.update(f"{file.path}\0{file.size}\0{content}\0".encode())
    return whole.hexdigest()[:12]
