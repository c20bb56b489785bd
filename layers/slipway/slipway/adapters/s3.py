"""S3: the model bucket, and its events."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from slipway.models import Arrival, Checksum, Json, ObjectVersion, UnfinishedUpload

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_ALGORITHMS = ("CRC64NVME", "CRC32C", "CRC32", "SHA256", "SHA1")
_CHUNK = 1 << 23  # bytes
_PAGES = 10  # of a thousand versions: an upload that has more is refused, and must not keep others waiting
_ATTEMPTS = 3  # botocore repeats requests, but not the reading of their bodies


class ModelBucket:
    """A versioned bucket."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._client: S3Client = boto3.client("s3")

    def versions(self, prefix: str) -> list[ObjectVersion]:
        """Return the current version of every object below a prefix, or of the object with that key.

        Of many thousands, the first by name are returned.
        """
        pages = self._client.get_paginator("list_object_versions").paginate(Bucket=self._name, Prefix=prefix)
        return [
            ObjectVersion(
                key=entry["Key"],
                version_id=entry["VersionId"],
                size=entry["Size"],
                etag=entry["ETag"].strip('"'),
                modified=entry["LastModified"],
            )
            for page in islice(pages, _PAGES)
            for entry in page.get("Versions", [])
            if entry["IsLatest"] and (prefix.endswith("/") or entry["Key"] == prefix)
        ]

    def arriving(self, prefix: str) -> list[UnfinishedUpload]:
        """Return the multipart uploads in progress below a prefix, or of the object with that key."""
        pages = self._client.get_paginator("list_multipart_uploads").paginate(Bucket=self._name, Prefix=prefix)
        return [
            UnfinishedUpload(entry["Key"], entry["UploadId"], entry["Initiated"], self._name)
            for page in islice(pages, _PAGES)
            for entry in page.get("Uploads", [])
            if prefix.endswith("/") or entry["Key"] == prefix
        ]

    def checksum(self, key: str, version_id: str) -> Checksum | None:
        """Return the checksum that S3 stores with a version, if it stores one."""
        head = self._client.head_object(Bucket=self._name, Key=key, VersionId=version_id, ChecksumMode="ENABLED")
        for algorithm in _ALGORITHMS:
            if value := head.get(f"Checksum{algorithm}"):
                return Checksum(algorithm, str(value))
        return None

    def read(self, key: str, version_id: str, start: int, length: int) -> bytes:
        """Read `length` bytes of a version from `start` on, fewer if it ends before."""
        if length < 1:
            return b""
        span = f"bytes={start}-{start + length - 1}"
        try:
            answer = self._client.get_object(Bucket=self._name, Key=key, VersionId=version_id, Range=span)
        except ClientError as error:
            if error.response["Error"]["Code"] == "InvalidRange":  # the object ends before `start`
                return b""
            raise
        return answer["Body"].read(length)

    def stream(self, key: str, version_id: str, size: int) -> Iterator[bytes]:
        """Yield all bytes of a version in chunks; a chunk whose connection breaks is asked for again."""
        for start in range(0, size, _CHUNK):
            yield self._read_whole(key, version_id, start, min(_CHUNK, size - start))

    def _read_whole(self, key: str, version_id: str, start: int, length: int) -> bytes:
        """Read a range, again if the connection breaks or it is not whole; raises what the last attempt raised."""
        for _ in range(_ATTEMPTS - 1):
            with suppress(BotoCoreError, HTTPError, OSError):
                return self._read_exactly(key, version_id, start, length)
        return self._read_exactly(key, version_id, start, length)

    def _read_exactly(self, key: str, version_id: str, start: int, length: int) -> bytes:
        """Read a range, or raise OSError if S3 sends fewer bytes."""
        chunk = self.read(key, version_id, start, length)
        if len(chunk) != length:
            raise OSError(f"S3 sent {len(chunk)} of {length} bytes of {key}.")
        return chunk

    def text(self, key: str, limit: int) -> str:
        """Return the first `limit` bytes of an object as text; empty if there is no such object."""
        try:
            body = self._client.get_object(Bucket=self._name, Key=key)["Body"].read(limit)
        except self._client.exceptions.NoSuchKey:
            return ""
        return body.decode(errors="replace")

    def write(self, key: str, body: bytes, content_type: str) -> str:
        """Store an object, and return its version id."""
        put = self._client.put_object(Bucket=self._name, Key=key, Body=body, ContentType=content_type)
        return put.get("VersionId", "")

    def write_once(self, key: str, body: bytes, content_type: str) -> None:
        """Store an object, unless the key has one already: that one stays."""
        try:
            self._put_if_none(key, body, content_type)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalRequestConflict":  # another write is in progress
                raise
            self._put_if_none(key, body, content_type)

    def _put_if_none(self, key: str, body: bytes, content_type: str) -> None:
        """Store an object, and do nothing if the key has one already."""
        try:
            self._client.put_object(Bucket=self._name, Key=key, Body=body, ContentType=content_type, IfNoneMatch="*")
        except ClientError as error:
            if error.response["Error"]["Code"] != "PreconditionFailed":
                raise


def arrival_of(event: Json) -> Arrival:
    """Return the object in an `Object Created` event; `seen` is what we have added to an event that we sent again."""
    item = event["detail"]["object"]
    return Arrival(
        key=item["key"],
        at=datetime.fromisoformat(event["time"]),
        version_id=item.get("version-id", ""),
        etag=item.get("etag", ""),
        size=item.get("size", -1),
        seen=event.get("seen", ""),
    )
