"""ECR where MiniStack differs from AWS in what a build relies on."""

import time
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import ecr

from standins.aws import ecr_lifecycle

_describe_images = ecr._describe_images
_put_image = ecr._put_image
_put_lifecycle_policy = ecr._put_lifecycle_policy


def install() -> None:
    """Answer as AWS does about images that do not exist, and do what lifecycle policies say."""
    ecr._describe_images = _describe_existing
    ecr._put_image = _put_and_expire
    ecr._put_lifecycle_policy = _put_valid_policy


def _put_valid_policy(request: dict[str, Any]) -> Any:
    try:
        ecr_lifecycle.rules_of(request.get("lifecyclePolicyText", ""))
    except ecr_lifecycle.InvalidPolicy as error:
        return error_response_json("InvalidParameterException", str(error), 400)
    return _put_lifecycle_policy(request)


def _put_and_expire(request: dict[str, Any]) -> Any:
    """AWS deletes what a policy expires within a day, here it is gone with the next image."""
    answer, name = _put_image(request), request.get("repositoryName", "")
    if text := ecr._lifecycle_policies.get(name):
        known = ecr._images[name]
        images = [
            ecr_lifecycle.Image(one["imageDigest"], tuple(one.get("imageTags", ())), one["imagePushedAt"])
            for one in known
        ]
        gone = {image.digest for image in ecr_lifecycle.expired(text, images, time.time())}
        known[:] = [one for one in known if one["imageDigest"] not in gone]
    return answer


def _describe_existing(request: dict[str, Any]) -> Any:
    name = request.get("repositoryName", "")
    if name in ecr._repositories:
        for wanted in request.get("imageIds") or []:
            if not ecr._find_image(name, wanted):
                return error_response_json("ImageNotFoundException", _missing(name, wanted), 400)
    return _describe_images(request)


def _missing(repository: str, wanted: dict[str, str]) -> str:
    tag, digest = wanted.get("imageTag", "null"), wanted.get("imageDigest", "null")
    identity = f"{{imageDigest:'{digest}', imageTag:'{tag}'}}"
    return f"The image with imageId {identity} does not exist within the repository with name '{repository}'"
