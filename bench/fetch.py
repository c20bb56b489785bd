"""The build's fetch of 2 GB in 40 files, verified, beside `aws s3 cp --recursive` of the same, which verifies nothing.

Each is a process of its own, from start to end, against the same local AWS, in turn. That one runs on the same
processors and bounds both; the best run counts, for a busy machine only adds. Memory is the most that was resident.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

from bench.local_aws import ROOT, running
from pipeline.manifest import File

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ROUNDS = 5
MEBI = 1 << 20
SIZES = [size * MEBI - 7 for size, count in ((320, 3), (96, 6), (32, 11), (7, 12), (1, 8)) for _ in range(count)]
BUCKET, PREFIX, CANDIDATE = "models", "models/large/v1/", "large-000000000000"
FETCH = """\
import sys; from pathlib import Path; from pipeline import fetch, manifest
s3, key = fetch.client(), f"candidates/{sys.argv[2]}.json"
files = manifest.read(s3, sys.argv[1], key, sys.argv[2]).files
fetch.fetch(s3, sys.argv[1], files, Path(sys.argv[3]))
"""
TIMEOUT = 300  # seconds for one fetch


@dataclass(frozen=True, slots=True)
class Run:
    """What one process took."""

    seconds: float
    mebibytes: float


def main() -> None:
    """Print both, side by side."""
    with tempfile.TemporaryDirectory(prefix="slipway-bench-") as name, running(Path(name)) as environment:
        folder = Path(name)
        _upload(folder / "source", environment)
        target = folder / "fetched"
        theirs = [sys.executable, "-m", "awscli", "s3", "cp", "--recursive", "--only-show-errors"]
        theirs += [f"s3://{BUCKET}/{PREFIX}", str(target)]
        ours = [sys.executable, "-c", FETCH, BUCKET, CANDIDATE, str(target)]
        pairs = [(_run(ours, target, environment), _run(theirs, target, environment)) for _ in range(ROUNDS)]
    _tell(*(list(runs) for runs in zip(*pairs, strict=True)))


def _tell(ours: list[Run], theirs: list[Run]) -> None:
    print(f"fetch: {sum(SIZES):,} bytes in {len(SIZES)} files, best of {ROUNDS} runs in turn")
    print(f"{'':<18}{'pipeline.fetch':>16}{'aws s3 cp':>16}{'ratio':>8}")
    for label, unit, pick in (("wall time", "s", "seconds"), ("peak memory", "MiB", "mebibytes")):
        own, other = (min(getattr(run, pick) for run in runs) for runs in (ours, theirs))
        print(f"{label:<18}{own:>12.1f} {unit:<3}{other:>12.1f} {unit:<3}{own / other:>8.2f}")


def _run(command: list[str], target: Path, environment: dict[str, str]) -> Run:
    shutil.rmtree(target, ignore_errors=True)
    started = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as process:  # noqa: S603
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    took = time.perf_counter() - started
    if process.returncode or sum(path.stat().st_size for path in target.rglob("*") if path.is_file()) != sum(SIZES):
        raise SystemExit(f"{command[:4]} did not fetch everything.")
    return Run(took, usage.ru_maxrss / 1024)


def _upload(source: Path, environment: dict[str, str]) -> None:
    """Upload the candidate as the SDKs do: large files in parts, each with a CRC32; what is uploaded is removed."""
    client: S3Client = boto3.client("s3", endpoint_url=environment["AWS_ENDPOINT_URL"], **_credentials(environment))
    client.create_bucket(Bucket=BUCKET)
    client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    source.mkdir()
    files = [asdict(_uploaded(client, path)) for path in _made(source)]
    manifest = {"candidate": CANDIDATE, "model": "large", "files": files}
    client.put_object(Bucket=BUCKET, Key=f"candidates/{CANDIDATE}.json", Body=json.dumps(manifest).encode())


def _credentials(environment: dict[str, str]) -> dict[str, Any]:
    return {
        "aws_access_key_id": environment["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": environment["AWS_SECRET_ACCESS_KEY"],
        "region_name": environment["AWS_DEFAULT_REGION"],
    }


def _made(source: Path) -> Iterator[Path]:
    """Make one file after the other: sparse, with some bytes of its own in every mebibyte."""
    for number, size in enumerate(SIZES):
        path = source / f"weights-{number:02}.bin"
        with path.open("wb") as out:
            out.truncate(size)
            for offset in range(0, size - 4096, MEBI):
                os.pwrite(out.fileno(), os.urandom(4096), offset)
        yield path
        path.unlink()


def _uploaded(client: S3Client, path: Path) -> File:
    key, size = PREFIX + path.name, path.stat().st_size
    client.upload_file(str(path), BUCKET, key, ExtraArgs={"ChecksumAlgorithm": "CRC32"})
    head = client.head_object(Bucket=BUCKET, Key=key, ChecksumMode="ENABLED")
    checksum = {"algorithm": "CRC32", "value": head["ChecksumCRC32"]}
    return File(path.name, key, head["VersionId"], size, head["ETag"].strip('"'), checksum)
