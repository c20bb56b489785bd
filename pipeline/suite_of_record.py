"""The suite of record: the one that the bucket keeps for a model, where only owners can write, or the service's."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from pipeline.errors import BuildError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MOST_FILES = 5000
MOST_BYTES = 512 * 1024**2


def fetch(client: S3Client, bucket: str, model: str, service: Path, target: Path) -> Path:
    """Return the folder of the suite of record of a model, fetched to `target` if the bucket keeps one."""
    prefix = f"suites/{model}/"
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    found = [(one["Key"], one["Size"]) for page in pages for one in page.get("Contents", [])]
    if not any(key == f"{prefix}suite.yaml" for key, _ in found):
        return service
    if len(found) > MOST_FILES or sum(size for _, size in found) > MOST_BYTES:
        raise BuildError(f"{prefix} has more than {MOST_FILES:,} files or {MOST_BYTES:,} bytes: keep fewer there.")
    for key, _ in found:
        path = key.removeprefix(prefix)
        if path and not path.endswith("/") and ".." not in PurePosixPath(path).parts:
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            client.download_file(bucket, key, str(target / path))
    return target
