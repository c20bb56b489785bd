"""ECR where MiniStack differs from AWS in what a build relies on."""

from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import ecr

_describe_images = ecr._describe_images


def install() -> None:
    """Answer as AWS does when an image is asked for that does not exist."""
    ecr._describe_images = _describe_existing


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
