"""ECR as a build relies on it."""

import json
import uuid
from typing import Any

import pytest

from slipway.adapters.ecr import keep
from slipway.errors import ImageGone

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


def test_a_lifecycle_policy_deletes_images(cloud: Any, repository: str) -> None:
    """What ECR does within a day is done with the next image."""
    ecr = cloud.client("ecr")
    one = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 1}
    rule = {"rulePriority": 1, "selection": one, "action": {"type": "expire"}}
    ecr.put_lifecycle_policy(repositoryName=repository, lifecyclePolicyText=json.dumps({"rules": [rule]}))
    for tag in ("1", "2"):
        ecr.put_image(repositoryName=repository, imageTag=tag, imageManifest=json.dumps({"tag": tag}))

    found = ecr.describe_images(repositoryName=repository)["imageDetails"]
    assert [image["imageTags"] for image in found] == [["2"]]


def test_an_invalid_lifecycle_policy_is_refused(cloud: Any, repository: str) -> None:
    """With a sentence."""
    ecr = cloud.client("ecr")
    with pytest.raises(ecr.exceptions.InvalidParameterException, match="lifecycle policy is invalid"):
        ecr.put_lifecycle_policy(repositoryName=repository, lifecyclePolicyText='{"rule": []}'.ljust(100))


def test_what_goes_to_production_is_kept(cloud: Any, repository: str) -> None:
    """It gets a second tag, once, although tags never move; what is gone is said."""
    ecr = cloud.client("ecr")
    put = ecr.put_image(repositoryName=repository, imageTag="built-1", imageManifest='{"layers": []}')
    digest = put["image"]["imageId"]["imageDigest"]
    for _ in range(2):
        keep(ecr, f"host/{repository}@{digest}")

    (image,) = ecr.describe_images(repositoryName=repository)["imageDetails"]
    assert set(image["imageTags"]) == {"built-1", f"keep-{digest.removeprefix('sha256:')}"}
    with pytest.raises(ImageGone, match="release the model again"):
        keep(ecr, f"host/{repository}@sha256:{'0' * 64}")
