"""An upload becomes a candidate: exact object versions, each with the SHA-256 that Slipway computed of its bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace

from slipway.models import Candidate, CandidateFile, Json, ObjectVersion
from slipway.ports import FileReader
from slipway.uploads.limits import Deadline
from slipway.uploads.marker import MARKER
from slipway.uploads.upload import Upload

READERS = 8  # files read side by side, a chunk of each in memory


def listed(upload: Upload, objects: Sequence[ObjectVersion]) -> Candidate:
    """Return some of an upload's objects as a candidate before they are read, named by their exact versions.

    It equals no other upload's, so a refusal of it is nobody else's.
    """
    files = tuple(sorted((_file(upload.prefix, item) for item in objects), key=lambda file: file.path))
    listing = Candidate(
        name="",
        model=upload.model,
        prefix=upload.prefix,
        files=files,
        uploaded_at=upload.modified,
        force=upload.marker.forces,
        fingerprint=upload.fingerprint,
        marker=next((item.version_id for item in upload.marked), ""),
    )
    return _named_by(listing, ["versions", *((file.key, file.version_id) for file in files)])


def freeze(bucket: FileReader, listing: Candidate, deadline: Deadline) -> Candidate:
    """Return the candidate with every file's SHA-256 and S3's checksum, named by its content; raises OutOfTime."""

    def hashed(file: CandidateFile) -> CandidateFile:
        """Return a file with its SHA-256 and S3's checksum; raises OutOfTime."""
        sha256 = hashlib.sha256()
        for chunk in bucket.stream(file.key, file.version_id, file.size):
            deadline.check()
            sha256.update(chunk)
        return replace(file, sha256=sha256.hexdigest(), checksum=bucket.checksum(file.key, file.version_id))

    with ThreadPoolExecutor(READERS) as pool:
        files = tuple(pool.map(hashed, listing.files))
    return _named_by(replace(listing, files=files), contents(files))


def contents(files: Iterable[CandidateFile]) -> list[object]:
    """Return what the digest of a content is computed over: `[[path, size, sha256], …]`, sorted by path."""
    return [[file.path, file.size, file.sha256] for file in files]


def versions(candidate: Candidate) -> list[tuple[str, str]]:
    """Return the (key, version id) of each file of a candidate, and of its marker."""
    marker = [(candidate.prefix + MARKER, candidate.marker)] if candidate.marker else []
    return [*((file.key, file.version_id) for file in candidate.files), *marker]


def manifest(candidate: Candidate) -> Json:
    """Return the manifest, as JSON, by which the build fetches a candidate's files."""
    return {
        "candidate": candidate.name,
        "digest": candidate.digest,
        "model": candidate.model,
        "prefix": candidate.prefix,
        "author": candidate.author,
        "uploaded_at": candidate.uploaded_at.isoformat(),
        "bytes": candidate.bytes,
        "marker": candidate.marker and {"key": candidate.prefix + MARKER, "version_id": candidate.marker},
        "files": [asdict(file) for file in candidate.files],
    }


def _file(prefix: str, item: ObjectVersion) -> CandidateFile:
    """Return an object as a file of a candidate, not hashed yet; its path is what comes after the prefix."""
    path = item.key.removeprefix(prefix) or item.key.rsplit("/", 1)[-1]
    return CandidateFile(path, item.key, item.version_id, item.size, item.etag)


def _named_by(candidate: Candidate, identity: list[object]) -> Candidate:
    """Return a candidate with the digest of `identity`, and a name made of its beginning."""
    # JSON writes every list in one way only, whatever the paths are; pipeline/manifest.py computes the same.
    digest = hashlib.sha256(json.dumps(identity, separators=(",", ":")).encode()).hexdigest()
    return replace(candidate, digest=digest, name=f"{candidate.model}-{digest[:12]}")
