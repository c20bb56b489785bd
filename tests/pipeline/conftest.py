"""A model bucket with versions, and a `docker` that runs the service as a process."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BUCKET = "models"
KEY = "candidates/digits-r2.json"

# Keeps output and errors apart, as Docker does; one container at a time is enough.
DOCKER = """\
#!{python}
import os, signal, socket, subprocess, sys
from pathlib import Path

state = Path(__file__).with_name("state")
state.mkdir(exist_ok=True)
_, command, *words = sys.argv
with (state / "calls").open("a") as calls:
    calls.write(" ".join(sys.argv[1:]) + "\\n")
match command:
    case "build":
        (state / "folder").write_text(str(Path(words[-1]).resolve()))
    case "pull":
        (state / "folder").write_text(os.environ["PULLED"])
    case "run":
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        process = subprocess.Popen(
            [sys.executable, "-m", "app"], cwd=(state / "folder").read_text(),
            env={{"PATH": os.environ["PATH"], "PORT": str(port)}},
            stdout=(state / "out").open("w"), stderr=(state / "err").open("w"),
        )
        (state / "port").write_text(str(port))
        (state / "pid").write_text(str(process.pid))
    case "port":
        print("127.0.0.1:" + (state / "port").read_text())
    case "inspect":
        stat = Path("/proc", (state / "pid").read_text(), "stat")
        print("true" if stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "Z" else "false")
    case "logs":
        print((state / "out").read_text(), end="")
        print((state / "err").read_text(), end="", file=sys.stderr)
    case "rm":
        try:
            os.kill(int((state / "pid").read_text()), signal.SIGTERM)
        except ProcessLookupError:
            pass
"""


@pytest.fixture
def bucket(aws_environment: None) -> Iterator[S3Client]:
    """A client of a versioned model bucket."""
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket=BUCKET)
        client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        yield client


@pytest.fixture
def freeze(bucket: S3Client) -> Callable[..., dict[str, Any]]:
    """Freeze files as a candidate; returns its manifest, which `amend` may spoil before it is stored."""

    def make(files: dict[str, bytes], amend: Callable[[dict[str, Any]], object] = id, **upload: Any) -> dict[str, Any]:
        entries = [entry(bucket, path, content, upload) for path, content in files.items()]
        listed = [[entry["path"], entry["size"], entry["sha256"]] for entry in sorted(entries, key=itemgetter("path"))]
        digest = hashlib.sha256(json.dumps(listed, separators=(",", ":")).encode()).hexdigest()
        manifest = {"candidate": f"digits-{digest[:12]}", "digest": digest, "model": "digits", "files": entries}
        amend(manifest)
        bucket.put_object(Bucket=BUCKET, Key=KEY, Body=json.dumps(manifest).encode())
        return manifest

    return make


def entry(bucket: S3Client, path: str, content: bytes, upload: dict[str, Any]) -> dict[str, Any]:
    """Upload one file and describe it as a manifest does."""
    key = f"models/digits/v1/{path}"
    stored: dict[str, Any] = dict(bucket.put_object(Bucket=BUCKET, Key=key, Body=content, **upload))
    algorithm = upload.get("ChecksumAlgorithm")
    checksum = {"algorithm": algorithm, "value": stored[f"Checksum{algorithm}"]} if algorithm else None
    return {
        "path": path,
        "key": key,
        "version_id": stored["VersionId"],
        "size": len(content),
        "etag": stored["ETag"].strip('"'),
        "sha256": hashlib.sha256(content).hexdigest(),
        "checksum": checksum,
    }


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put our `docker` first on PATH; gives the file that lists its calls."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "docker"
    program.write_text(DOCKER.format(python=sys.executable))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder / "state" / "calls"
