"""The manifest: which object versions a candidate is made of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from pipeline.errors import BuildError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True, slots=True)
class File:
    """One file of a candidate; `checksum` is S3's, `{"algorithm", "value"}`, if it keeps one; `size` in bytes."""

    path: str
    key: str
    version_id: str
    size: int
    etag: str
    checksum: dict[str, str] | None


@dataclass(frozen=True, slots=True)
class Manifest:
    """A candidate as it was frozen."""

    candidate: str
    model: str
    files: tuple[File, ...]


def read(client: S3Client, bucket: str, candidate: str) -> Manifest:
    """Read the manifest that the upload left for the build."""
    key = f"candidates/{candidate}.json"
    try:
        content = json.loads(client.get_object(Bucket=bucket, Key=key)["Body"].read())
        found = Manifest(content["candidate"], content["model"], tuple(_files(content["files"])))
    except (ClientError, BotoCoreError) as error:
        raise BuildError(f"The manifest {key} cannot be read ({error}): upload the model again.") from error
    except (ValueError, TypeError, KeyError) as error:
        raise BuildError(f"The manifest {key} is damaged ({error!r}): upload the model again.") from error
    if found.candidate != candidate:
        raise BuildError(f"The manifest {key} is that of {found.candidate}: upload the model again.")
    return found


def _files(entries: list[dict[str, Any]]) -> Iterator[File]:
    """Leave out what the S3 console makes of a new folder: an empty object whose key ends in a slash."""
    return (_file(entry) for entry in entries if not entry["key"].endswith("/"))


def _file(entry: dict[str, Any]) -> File:
    file = File(**entry)
    path = PurePosixPath(file.path)
    if path.is_absolute() or ".." in path.parts or "\\" in file.path or not path.name:
        raise BuildError(f"The manifest names {file.path!r}, which is outside the model's folder: it is not fetched.")
    return file
