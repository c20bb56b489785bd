"""S3: the input artifacts of pipeline jobs."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TYPE_CHECKING

import boto3

from slipway.models import Artifact, Json

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_CHUNK = 1 << 20  # bytes

type OpenArtifacts = Callable[[Json], AbstractContextManager[dict[str, Artifact]]]


@contextmanager
def open_artifacts(data: Json) -> Iterator[dict[str, Artifact]]:
    """Open the input artifacts of a job (`CodePipeline.job` → `data`) by name, with the job's own credentials."""
    credentials = data["artifactCredentials"]
    client: S3Client = boto3.client(
        "s3",
        aws_access_key_id=credentials["accessKeyId"],
        aws_secret_access_key=credentials["secretAccessKey"],
        aws_session_token=credentials["sessionToken"],
    )
    with ExitStack() as stack:
        yield {
            one["name"]: stack.enter_context(_open(client, one["location"]["s3Location"]))
            for one in data["inputArtifacts"]
        }


@contextmanager
def _open(client: S3Client, location: Json) -> Iterator[Artifact]:
    """Download an artifact to a temporary file, and yield it as a zip with its SHA-256."""
    body = client.get_object(Bucket=location["bucketName"], Key=location["objectKey"])["Body"]
    # To the disk: an artifact may be larger than the function's memory.
    with tempfile.TemporaryFile() as file:
        shutil.copyfileobj(body, file, _CHUNK)
        file.seek(0)
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        with zipfile.ZipFile(file) as archive:
            yield Artifact(archive, sha256)
