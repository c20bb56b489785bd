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
_OBJECTS, _PAGES = 10, 10  # read; listed, each a thousand objects
_LARGEST = 8 * 1024**2  # bytes of an object, as the instances bring it


class BucketSamples:
    """The samples in a bucket: an object for each day and instance, with a line for each request."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket
        self._client: S3Client = boto3.client("s3")

    def newest_first(self) -> Iterator[bytes]:
        """Yield the content of the newest ten objects; raises SamplesUnreadable."""
        try:
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=PREFIX)
            found = [entry for page in islice(pages, _PAGES) for entry in page.get("Contents", [])]
            newest = sorted(found, key=lambda entry: entry["LastModified"], reverse=True)[:_OBJECTS]
            for entry in newest:
                yield self._client.get_object(Bucket=self._bucket, Key=entry["Key"])["Body"].read(_LARGEST)
        except (BotoCoreError, ClientError, HTTPError, OSError) as error:
            reason = "The sampled requests cannot be read from the model bucket, so none was replayed:"
            raise SamplesUnreadable(f"{reason} {error}") from error
