"""S3: where a bucket lies that is not Slipway's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import ClientError

from slipway.errors import DiscoveryFailed

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_OLD_NAMES = {"": "us-east-1", "EU": "eu-west-1"}


def region_of(bucket: str, session: boto3.Session | None = None) -> str:
    """Return the region of a bucket, empty if there is no such bucket; raises DiscoveryFailed if it may not be seen."""
    client: S3Client = (session or boto3.Session()).client("s3")
    try:
        found = client.get_bucket_location(Bucket=bucket).get("LocationConstraint") or ""
    except client.exceptions.NoSuchBucket:
        return ""
    except ClientError as error:
        if error.response["Error"]["Code"] != "AccessDenied":
            raise
        raise DiscoveryFailed(
            f"The bucket {bucket} may not be looked at: Slipway works with a bucket of its own account only."
        ) from error
    return _OLD_NAMES.get(found, found)
