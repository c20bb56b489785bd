"""ECR as a build relies on it."""

import uuid
from typing import Any

import pytest

pytestmark = pytest.mark.cloud


@pytest.fixture
def repository(cloud: Any) -> str:
    """A repository whose tags never move."""
    name = f"r-{uuid.uuid4()}"
    cloud.client("ecr").create_repository(repositoryName=name, imageTagMutability="IMMUTABLE")
    return name


def test_an_image_that_does_not_exist_is_an_error(cloud: Any, repository: str) -> None:
    """A build asks whether a tag was built before, and AWS says no with an error."""
    ecr = cloud.client("ecr")

    with pytest.raises(ecr.exceptions.ImageNotFoundException, match=r"imageTag:'1'"):
        ecr.describe_images(repositoryName=repository, imageIds=[{"imageTag": "1"}])


def test_a_tag_is_made_once(cloud: Any, repository: str) -> None:
    """An immutable tag is found, and refuses another image."""
    ecr = cloud.client("ecr")
    put = ecr.put_image(repositoryName=repository, imageTag="1", imageManifest="{}")
    found = ecr.describe_images(repositoryName=repository, imageIds=[{"imageTag": "1"}])["imageDetails"]

    assert found[0]["imageDigest"] == put["image"]["imageId"]["imageDigest"]
    with pytest.raises(ecr.exceptions.ImageTagAlreadyExistsException):
        ecr.put_image(repositoryName=repository, imageTag="1", imageManifest="{ }")
