"""Fetching the exact versions of a candidate, by many ranges at a time, and verifying that they are what was frozen."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from pipeline import checksums, part_sizes
from pipeline.checksums import Check
from pipeline.incoming_file import IncomingFile
from pipeline.manifest import File
from pipeline.progress import Progress
from pipeline.range_reader import Reader

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

RANGE = 1 << 23  # bytes
WORKERS = 8  # each holds one range: together they bound the memory, whatever a model's size

type Piece = tuple[IncomingFile, int, int]  # a file, and the first byte of a range and the one behind its last


def client() -> S3Client:
    """Return a client of S3 that computes no checksums: everything is verified here, once."""
    settings = Config(
        connect_timeout=10,
        read_timeout=30,
        retries={"mode": "standard", "total_max_attempts": 5},
        max_pool_connections=WORKERS,
        response_checksum_validation="when_required",
    )
    return boto3.client("s3", config=settings)


class Shared[Item]:
    """Items that several threads draw from, each item once, until it is closed."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._items, self._lock, self._closed = iter(items), Lock(), False

    def __iter__(self) -> Iterator[Item]:
        return self

    def __next__(self) -> Item:
        with self._lock:
            if self._closed:
                raise StopIteration
            return next(self._items)

    def close(self) -> None:
        """End the iteration, for all threads."""
        self._closed = True


def fetch(s3: S3Client, bucket: str, files: tuple[File, ...], folder: Path) -> dict[str, str]:
    """Fetch files into a folder, emptied before, and return the SHA-256 of each by its path; raises BuildError."""
    shutil.rmtree(folder, ignore_errors=True)
    incoming: list[IncomingFile] = []
    pieces = Shared(_pieces(s3, bucket, files, folder, incoming))
    with Progress(sum(file.size for file in files)) as progress, ThreadPoolExecutor(WORKERS) as pool:
        reader = Reader(s3, bucket, progress.add)
        working = [pool.submit(_work, reader, pieces) for _ in range(WORKERS)]
    for work in working:
        work.result()
    return {one.file.path: one.sha256 for one in incoming}


def _pieces(
    s3: S3Client, bucket: str, files: tuple[File, ...], folder: Path, incoming: list[IncomingFile]
) -> Iterator[Piece]:
    """Yield every range of every file in order, so that the one which others wait for is always being worked on."""
    for file in files:
        incoming_file = IncomingFile(file, folder / file.path, _checks(s3, bucket, file))
        incoming.append(incoming_file)
        for start in range(0, max(file.size, 1), RANGE):
            yield incoming_file, start, min(start + RANGE, file.size)


def _checks(s3: S3Client, bucket: str, file: File) -> list[Check]:
    """Return the checks of a file: by its manifest, by S3's checksum, by its ETag."""
    kept = file.checksum or {"algorithm": "", "value": ""}
    sizes = partial(part_sizes.sizes, s3, bucket, file)
    kept_by_s3 = checksums.of_object(kept["algorithm"], kept["value"], sizes) + checksums.of_etag(file.etag)
    return checksums.of_content(file.sha256) + kept_by_s3


def _work(reader: Reader, pieces: Shared[Piece]) -> None:
    """Fetch ranges until none is left; on an error, let the other threads end, too."""
    room = memoryview(bytearray(RANGE))
    for incoming_file, start, end in pieces:
        try:
            reader.read(incoming_file.file, start, room[: end - start])
            incoming_file.take(start, room[: end - start])
        except BaseException:
            # The others end with the range that they are at: none may wait for this one.
            pieces.close()
            incoming_file.give_up()
            raise
