"""ECR: the images that its lifecycle policy must not delete."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3

from slipway.errors import ImageGone

if TYPE_CHECKING:
    from mypy_boto3_ecr import ECRClient

KEPT = "keep-"  # the beginning of the tags that the repository's lifecycle policy keeps for ever


class EcrImages:
    """Images by their addresses, `HOST/REPOSITORY@sha256:…`."""

    def keep(self, image: str) -> None:
        """Keep an image from the lifecycle policy for ever, by a tag of its own; raises ImageGone without it."""
        keep(boto3.client("ecr"), image)


def keep(client: ECRClient, image: str) -> None:
    """Keep an image as EcrImages.keep does; one that is kept already stays as it is."""
    repository, _, digest = image.partition("/")[2].partition("@")
    tag = f"{KEPT}{digest.removeprefix('sha256:')}"
    asked = client.batch_get_image(repositoryName=repository, imageIds=[{"imageTag": tag}, {"imageDigest": digest}])
    found = [one for one in asked["images"] if one["imageId"]["imageDigest"] == digest]
    if not found:
        raise ImageGone(f"The image {image} is not in its repository any more: release the model again.")
    if any(one["imageId"].get("imageTag") == tag for one in found):
        return
    media_type = found[0].get("imageManifestMediaType", "application/vnd.docker.distribution.manifest.v2+json")
    client.put_image(
        repositoryName=repository,
        imageManifest=found[0]["imageManifest"],
        imageManifestMediaType=media_type,
        imageDigest=digest,
        imageTag=tag,
    )
