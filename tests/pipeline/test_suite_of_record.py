"""The suite of record comes from where only its owners can write."""

from __future__ import annotations

from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from pipeline import suite_of_record
from pipeline.errors import BuildError


@pytest.fixture
def kept(aws_environment: None, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """The folder that is the suite of record of birds, when the bucket keeps the files that a test names."""
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket="models", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        for key in request.param:
            client.put_object(Bucket="models", Key=key, Body=key.encode())
        return suite_of_record.fetch(client, "models", "birds", Path("service"), tmp_path / "record")


@pytest.mark.parametrize("kept", [[], ["suites/dogs/suite.yaml"], ["suites/birds/golden/1.png"]], indirect=True)
def test_without_one_in_the_bucket_it_is_the_services(kept: Path) -> None:
    """Another model's is none."""
    assert kept == Path("service")


@pytest.mark.parametrize(
    "kept", [["suites/birds/suite.yaml", "suites/birds/golden/1.png", "suites/birds/../x"]], indirect=True
)
def test_a_models_own_comes_with_its_golden_files(kept: Path) -> None:
    """And with nothing that would lie outside its folder."""
    found = {path.relative_to(kept).as_posix() for path in kept.rglob("*") if path.is_file()}
    assert found == {"suite.yaml", "golden/1.png"}


def test_a_huge_one_is_refused(aws_environment: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build has one disk."""
    monkeypatch.setattr(suite_of_record, "MOST_BYTES", 3)
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket="models", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        client.put_object(Bucket="models", Key="suites/birds/suite.yaml", Body=b"long")
        with pytest.raises(BuildError, match="keep fewer"):
            suite_of_record.fetch(client, "models", "birds", Path("service"), tmp_path / "record")
