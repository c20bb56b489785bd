"""Reading one range of an object version, over connections that break."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from pipeline.errors import BuildError
from pipeline.manifest import File

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ATTEMPTS = 5  # in a row without a single byte
PAUSE = 0.2  # seconds before the second attempt, doubled before each further one
SLICE = 1 << 18  # bytes read at a time


class Reader:
    """Reads ranges of one bucket's object versions; `arrived` is told of every few bytes, from several threads."""

    def __init__(self, client: S3Client, bucket: str, arrived: Callable[[int], object]) -> None:
        self._client, self._bucket, self._arrived = client, bucket, arrived

    def read(self, file: File, start: int, into: memoryview) -> None:
        """Fill `into` from byte `start` on, asking again where a connection breaks; raises BuildError."""
        done = failures = 0
        while failures < ATTEMPTS:
            try:
                for count in self._stream(file, start + done, into[done:]):
                    done, failures = done + count, 0
            except (BotoCoreError, HTTPError, OSError) as error:
                time.sleep(PAUSE * 2**failures)
                failures, last = failures + 1, error
            else:
                return
        raise BuildError(f"{file.path} stops arriving ({last}): start the release again.") from last

    def _stream(self, file: File, start: int, into: memoryview) -> Iterator[int]:
        """Read a range into memory, and yield how many bytes came each time."""
        answer = self._answer(file, start, start + len(into))
        with closing(answer["Body"]) as body:
            _agree(file, start, answer)
            while into:
                # At the end of what was sent, botocore raises if it was less than announced.
                count: int = body.readinto(into[:SLICE])
                self._arrived(count)
                yield count
                into = into[count:]

    def _answer(self, file: File, start: int, end: int) -> dict[str, Any]:
        """Return S3's answer about the bytes from `start` to `end`; raises BuildError."""
        # An empty file has no range that could be asked for.
        part = {"Range": f"bytes={start}-{end - 1}"} if end - start < file.size else {}
        named: dict[str, Any] = {"Bucket": self._bucket, "Key": file.key, "VersionId": file.version_id, **part}
        try:
            return dict(self._client.get_object(**named))
        except ClientError as error:
            raise BuildError(f"{file.path} cannot be fetched ({error}): upload the model again.") from error


def _agree(file: File, start: int, answer: dict[str, Any]) -> None:
    """Raise BuildError for an answer about another number of bytes, or from another place."""
    first, size = 0, answer["ContentLength"]
    if place := answer.get("ContentRange"):  # "bytes 8388608-16777215/20000000"
        span, _, size = place.removeprefix("bytes ").partition("/")
        first = int(span.partition("-")[0])
    if int(size) != file.size:
        raise BuildError(f"{file.path} has {int(size):,} bytes and was frozen with {file.size:,}: upload it again.")
    if first != start:
        raise BuildError(
            f"S3 answered {file.path} from byte {first:,} and not from {start:,}: start the release again."
        )
