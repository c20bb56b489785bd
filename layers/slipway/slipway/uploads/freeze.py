"""An upload becomes a candidate: a list of exact object versions, named by content."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict

from slipway.models import Candidate, CandidateFile, Checksum, Json, ObjectVersion
from slipway.ports import Bucket
from slipway.uploads.upload import Upload

READERS = 8  # checksums asked for at a time: an upload may have hundreds of small files
MAX_FILES = 2000  # so that all of them are looked at within the function's minute


def freeze(bucket: Bucket, upload: Upload, objects: Sequence[ObjectVersion]) -> Candidate:
    """Return the candidate of some of an upload's objects: equal paths, sizes and checksums give equal names.

    One with more than MAX_FILES is named by its listing alone.
    """
    checksum = bucket.checksum if len(objects) <= MAX_FILES else lambda *_: None
    with ThreadPoolExecutor(READERS) as pool:
        found = pool.map(lambda item: _file(upload.prefix, item, checksum(item.key, item.version_id)), objects)
    files = tuple(sorted(found, key=lambda file: file.path))
    return Candidate(
        name=f"{upload.model}-{_digest(files)}",
        model=upload.model,
        prefix=upload.prefix,
        files=files,
        uploaded_at=upload.modified,
        force=upload.marker.forces,
    )


def manifest(candidate: Candidate) -> Json:
    """Return the manifest that the build fetches a candidate by."""
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
