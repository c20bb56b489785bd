"""Sampled requests of production, as its instances put them into the model bucket."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from slipway.errors import SamplesUnreadable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PREFIX = "samples/"
_OBJECTS = 10  # read
_LARGEST = 8 * 1024**2  # bytes of an object, as the instances bring it


class BucketSamples:
    """The samples in a bucket: an object for each day and instance, with a line for each request."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket
        self._client: S3Client = boto3.client("s3")

    def newest_first(self) -> Iterator[bytes]:
        """Yield the content of the newest ten objects; raises SamplesUnreadable."""
        try:
            for key in islice(self._keys(), _OBJECTS):
                yield self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read(_LARGEST)
        except (BotoCoreError, ClientError, HTTPError, OSError) as error:
            reason = "The sampled requests cannot be read from the model bucket, so none was replayed:"
            raise SamplesUnreadable(f"{reason} {error}") from error

    def _keys(self) -> Iterator[str]:
        """Yield the keys of the objects, from the last day on; of a day, a thousand at most, the last written first."""
        # A bucket has no more days than are listed at once: SampleRetentionDays is 365 at most.
        days = self._client.list_objects_v2(Bucket=self._bucket, Prefix=PREFIX, Delimiter="/").get("CommonPrefixes", [])
        for day in sorted((day["Prefix"] for day in days), reverse=True):
            found = self._client.list_objects_v2(Bucket=self._bucket, Prefix=day).get("Contents", [])
            yield from (each["Key"] for each in sorted(found, key=lambda each: each["LastModified"], reverse=True))
