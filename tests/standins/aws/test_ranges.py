"""S3 as a build relies on it: versions by ranges, and uploads in parts with the checksums of these."""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import Any

import pytest

from pipeline import fetch
from pipeline.manifest import File

pytestmark = pytest.mark.cloud


@pytest.fixture
def bucket(cloud: Any) -> str:
    """A bucket with versions."""
    name = f"b-{uuid.uuid4()}"
    cloud.client("s3").create_bucket(Bucket=name)
    cloud.client("s3").put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


def test_a_range_of_an_older_version(cloud: Any, bucket: str) -> None:
    """A range is cut from the version that is asked for, and says where it lies."""
    s3 = cloud.client("s3")
    older = s3.put_object(Bucket=bucket, Key="a", Body=b"0123456789", ChecksumAlgorithm="SHA256")["VersionId"]
    s3.put_object(Bucket=bucket, Key="a", Body=b"newer")
    answer = s3.get_object(Bucket=bucket, Key="a", VersionId=older, Range="bytes=4-99")
    assert (answer["Body"].read(), answer["ContentRange"], answer["ContentLength"]) == (b"456789", "bytes 4-9/10", 6)
    assert answer["VersionId"] == older


def test_a_range_behind_the_end(cloud: Any, bucket: str) -> None:
    """A range that holds nothing is an error, not the whole."""
    s3 = cloud.client("s3")
    version = s3.put_object(Bucket=bucket, Key="a", Body=b"0123456789")["VersionId"]
    with pytest.raises(s3.exceptions.ClientError, match="InvalidRange"):
        s3.get_object(Bucket=bucket, Key="a", VersionId=version, Range="bytes=10-19")


def test_an_upload_in_parts_is_fetched_and_verified(
    cloud: Any, bucket: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the SDK uploads in parts is fetched by ranges and verified by the checksum of the parts."""
    s3, content = cloud.client("s3"), os.urandom(100) * 200_000
    (tmp_path / "model.onnx").write_bytes(content)
    s3.upload_file(str(tmp_path / "model.onnx"), bucket, "a", ExtraArgs={"ChecksumAlgorithm": "SHA256"})
    head = s3.head_object(Bucket=bucket, Key="a", ChecksumMode="ENABLED")
    checksum = {"algorithm": "SHA256", "value": head["ChecksumSHA256"]}
    file = File("model.onnx", "a", head["VersionId"], len(content), head["ETag"].strip('"'), checksum)
    fetch.fetch(s3, bucket, (file,), tmp_path / "fetched")
    assert (tmp_path / "fetched/model.onnx").read_bytes() == content
    assert "verified by SHA256 of 3 parts" in capsys.readouterr().out
