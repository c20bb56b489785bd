"""The manifest: which object versions a candidate is made of, and what each of their bytes come to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from pipeline.errors import BuildError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True, slots=True)
class File:
    """One file of a candidate; `size` in bytes, `sha256` in hex.

    `checksum` is S3's, `{"algorithm", "value"}`, if it keeps one. A manifest of old has no `sha256`.
    """

    path: str
    key: str
    version_id: str
    size: int
    etag: str
    checksum: dict[str, str] | None
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A candidate as it was frozen; `digest` is that of its content, empty in a manifest of old."""

    candidate: str
    model: str
    files: tuple[File, ...]
    digest: str


def read(client: S3Client, bucket: str, key: str, candidate: str) -> Manifest:
    """Return the manifest of a release; raises BuildError if it cannot be used, or is another candidate's."""
    try:
        content = json.loads(client.get_object(Bucket=bucket, Key=key)["Body"].read())
        files = tuple(_files(content["files"]))
        found = Manifest(content["candidate"], content["model"], files, content.get("digest", ""))
    except (ClientError, BotoCoreError) as error:
        raise BuildError(f"The manifest {key} cannot be read ({error}): upload the model again.") from error
    except (ValueError, TypeError, KeyError) as error:
        raise BuildError(f"The manifest {key} is damaged ({error!r}): upload the model again.") from error
    if found.candidate != candidate:
        raise BuildError(f"The manifest {key} is that of {found.candidate}: upload the model again.")
    # Before Slipway computed SHA-256 itself, the releases of a candidate shared one manifest, under its name.
    if not found.digest and key != f"candidates/{candidate}.json":
        raise BuildError(f"The manifest {key} has no digest: upload the model again.")
    return found


def content_digest(files: Iterable[File], sha256: Mapping[str, str]) -> str:
    """Return the digest over paths, sizes and `sha256` by path, as slipway/uploads/freeze.py computes it."""
    listed = [[file.path, file.size, sha256[file.path]] for file in sorted(files, key=lambda file: file.path)]
    return hashlib.sha256(json.dumps(listed, separators=(",", ":")).encode()).hexdigest()


def verified_digest(manifest: Manifest, sha256: Mapping[str, str]) -> str:
    """Return the digest of what was fetched, or raise BuildError if it is not what was frozen and named."""
    digest = content_digest(manifest.files, sha256)
    if manifest.digest and (digest != manifest.digest or not manifest.candidate.endswith(f"-{digest[:12]}")):
        raise BuildError(f"What was fetched is not {manifest.candidate} (its SHA-256 differs): upload the model again.")
    return digest


def _files(entries: list[dict[str, Any]]) -> Iterator[File]:
    """Yield the files of a manifest, without the empty objects that S3's console makes for folders."""
    return (_file(entry) for entry in entries if not entry["key"].endswith("/"))


def _file(entry: dict[str, Any]) -> File:
    """Return a file of a manifest; raises BuildError for a path outside the model's folder."""
    file = File(**entry)
    path = PurePosixPath(file.path)
    if path.is_absolute() or ".." in path.parts or "\\" in file.path or not path.name:
        raise BuildError(f"The manifest names {file.path!r}, which is outside the model's folder: it is not fetched.")
    return file
