"""The sizes of the parts that an object was uploaded in: S3 keeps them, and a composite checksum needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from pipeline.errors import BuildError
from pipeline.manifest import File

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def sizes(client: S3Client, bucket: str, file: File) -> list[int]:
    """Return the sizes, in bytes, of the parts that a file was uploaded in; raises BuildError."""
    try:
        found = _asked(client, bucket, file)
    except (ClientError, BotoCoreError) as error:
        raise BuildError(f"S3 does not tell the parts of {file.path} ({error}): upload the model again.") from error
    if sum(found) != file.size:
        raise BuildError(
            f"The parts of {file.path} have {sum(found):,} bytes and it was frozen with {file.size:,}: "
            "upload the model again."
        )
    return found


def _asked(client: S3Client, bucket: str, file: File) -> list[int]:
    """Return the sizes of the parts by S3's GetObjectAttributes."""
    found: list[int] = []
    marker = 0
    while True:
        page = client.get_object_attributes(
            Bucket=bucket,
            Key=file.key,
            VersionId=file.version_id,
            ObjectAttributes=["ObjectParts"],
            PartNumberMarker=marker,
        ).get("ObjectParts", {})
        found += [part["Size"] for part in page.get("Parts", [])]
        if not page.get("IsTruncated"):
            return found
        marker = int(page["NextPartNumberMarker"])
