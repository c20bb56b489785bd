"""What the image repository is asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from pipeline.errors import BuildError
from pipeline.registry import Repository

if TYPE_CHECKING:
    from mypy_boto3_ecr import ECRClient

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
HOST = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"


@pytest.fixture
def images(aws_environment: None) -> Iterator[ECRClient]:
    """An ECR with one repository."""
    with mock_aws():
        client = boto3.client("ecr")
        client.create_repository(repositoryName="team/images")
        yield client


def test_known_tag(images: ECRClient) -> None:
    """An image that was built before is found by its tag, and one that was not is not."""
    manifest = json.dumps({"schemaVersion": 2, "mediaType": MANIFEST, "config": {}, "layers": []})
    put = images.put_image(repositoryName="team/images", imageManifest=manifest, imageTag="digits-7f3c1e9a2b4d-0123")
    repository = Repository(f"{HOST}/team/images")
    assert repository.digest("digits-7f3c1e9a2b4d-0123") == put["image"]["imageId"]["imageDigest"]
    assert repository.digest("digits-7f3c1e9a2b4d-4567") == ""


def test_push(images: ECRClient, docker: Path) -> None:
    """An image is pushed by its tag, after a log-in to the repository's host, and named by the repository's digest."""
    pushed = images.put_image(
        repositoryName="team/images",
        imageManifest=json.dumps({"schemaVersion": 2, "mediaType": MANIFEST, "config": {}, "layers": []}),
        imageTag="digits-7f3c1e9a2b4d-0123",
    )
    digest = Repository(f"{HOST}/team/images").push("digits-7f3c1e9a2b4d-0123")
    assert digest == pushed["image"]["imageId"]["imageDigest"]
    assert docker.read_text().splitlines() == [
        f"login --username AWS --password-stdin {HOST}",
        f"push {HOST}/team/images:digits-7f3c1e9a2b4d-0123",
    ]


def test_pull(images: ECRClient, docker: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An image is pulled by its digest, after a log-in to the repository's host."""
    monkeypatch.setenv("PULLED", "")
    Repository(f"{HOST}/team/images").pull(f"{HOST}/team/images@sha256:{'0' * 64}")
    assert docker.read_text().splitlines() == [
        f"login --username AWS --password-stdin {HOST}",
        f"pull {HOST}/team/images@sha256:{'0' * 64}",
    ]


def test_push_that_leaves_nothing(images: ECRClient, docker: Path) -> None:
    """A pushed image that the repository does not know is no image to deploy."""
    with pytest.raises(BuildError, match=r"does not know digits-1 although it was pushed"):
        Repository(f"{HOST}/team/images").push("digits-1")


def test_push_without_permission(aws_environment: None, docker: Path) -> None:
    """A refusal to give a password ends in a sentence, before Docker is asked anything."""
    repository = Repository(f"{HOST}/team/images")
    with Stubber(repository._client) as ecr:
        ecr.add_client_error("get_authorization_token", "AccessDeniedException")
        with pytest.raises(BuildError, match=r"lets nobody log in: .*AccessDenied"):
            repository.push("digits-1")
    assert not docker.exists()


def test_missing_repository(images: ECRClient) -> None:
    """A repository that does not exist is named."""
    with pytest.raises(BuildError, match=f"{HOST}/gone cannot be asked"):
        Repository(f"{HOST}/gone").digest("any")


def test_an_image_is_kept_by_a_tag_of_its_own(images: ECRClient) -> None:
    """Once; one that is gone is said."""
    manifest = json.dumps({"schemaVersion": 2, "mediaType": MANIFEST, "config": {}, "layers": []})
    put = images.put_image(repositoryName="team/images", imageManifest=manifest, imageTag="built-7f3c-0123")
    digest = put["image"]["imageId"]["imageDigest"]
    repository = Repository(f"{HOST}/team/images")
    for _ in range(2):
        repository.keep(f"{HOST}/team/images@{digest}")
    tags = images.describe_images(repositoryName="team/images")["imageDetails"][0]["imageTags"]
    assert set(tags) == {"built-7f3c-0123", f"keep-{digest.removeprefix('sha256:')}"}
    with pytest.raises(BuildError, match="cannot be kept"):
        repository.keep(f"{HOST}/team/images@sha256:{'0' * 64}")
