"""Pushes to and pulls from ECR: the registry holds names and digests, the files stay on this machine."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from standins.docker.errors import DockerError
from standins.docker.images import MANIFEST_TYPE, Image, Store
from standins.files import read_json, write_json

if TYPE_CHECKING:
    from mypy_boto3_ecr import ECRClient
    from mypy_boto3_ecr.type_defs import ImageIdentifierTypeDef, UploadLayerPartRequestTypeDef

_NAME = re.compile(
    r"(?P<host>\d{12}\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com)/(?P<repository>[a-z0-9._/-]+?)"
    r"(?:@(?P<digest>sha256:[0-9a-f]{64})|:(?P<tag>[\w.-]{1,128}))"
)


@dataclass(frozen=True)
class Reference:
    """An image in ECR, named by tag or by digest; the other one is empty."""

    host: str
    region: str
    repository: str
    tag: str
    digest: str

    @classmethod
    def parse(cls, name: str) -> Self:
        """Read `ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG` or `…@sha256:…`."""
        if not (found := _NAME.fullmatch(name)):
            raise DockerError(f"{name} is not an image in ECR; the stand-in knows no other registry.")
        return cls(*(found[part] or "" for part in ("host", "region", "repository", "tag", "digest")))


def login(home: Path, host: str, user: str, password: str) -> None:
    """Remember that this user logged in; the password is checked for presence and forgotten."""
    if user != "AWS" or not password.strip():
        raise DockerError("Pipe `aws ecr get-login-password` into `docker login --username AWS --password-stdin`.")
    path = home / ".docker" / "config.json"
    write_json(path, {"auths": {**read_json(path, {"auths": {}})["auths"], host: {}}})


def push(store: Store, home: Path, name: str) -> str:
    """Upload the image under its tag and return the digest that ECR answers."""
    reference, image = Reference.parse(name), store.find(name)
    check_login(home, reference.host)
    try:
        digest = _upload(boto3.client("ecr", region_name=reference.region), reference, image)
    except (ClientError, BotoCoreError) as error:
        raise DockerError(f"denied: {error}") from error
    pushed = {*image.repo_digests, f"{reference.host}/{reference.repository}@{digest}"}
    write_json(image.folder / "pushed.json", sorted(pushed))
    return digest


def check_login(home: Path, host: str) -> None:
    """Refuse whoever has not logged in to a registry."""
    if host not in read_json(home / ".docker" / "config.json", {"auths": {}})["auths"]:
        raise DockerError(f"denied: no basic auth credentials; `docker login` to {host} first.")


def pull_logged_in(store: Store, home: Path, name: str) -> Image:
    """Pull an image as the `docker` command does: with the credentials of a login."""
    reference = Reference.parse(name)
    check_login(home, reference.host)
    return pull(store, boto3.client("ecr", region_name=reference.region), name)


def pull(store: Store, ecr: "ECRClient", name: str) -> Image:
    """The image, if this client may read it from ECR; the calls are those of a real `docker pull`."""
    reference = Reference.parse(name)
    try:
        digest = _download(ecr, reference)
    except (ClientError, BotoCoreError) as error:
        raise DockerError(f"{name} cannot be pulled: {error}") from error
    return store.find(digest)


def _upload(ecr: "ECRClient", reference: Reference, image: Image) -> str:
    manifest = (image.folder / "manifest.json").read_text()
    parsed = json.loads(manifest)
    for part in (parsed["config"], *parsed["layers"]):
        _upload_layer(ecr, reference.repository, part["digest"], image)
    answer = ecr.put_image(
        repositoryName=reference.repository,
        imageManifest=manifest,
        imageManifestMediaType=MANIFEST_TYPE,
        imageTag=reference.tag,
    )
    return answer["image"]["imageId"]["imageDigest"]


def _upload_layer(ecr: "ECRClient", repository: str, digest: str, image: Image) -> None:
    known = ecr.batch_check_layer_availability(repositoryName=repository, layerDigests=[digest])
    if any(layer.get("layerAvailability") == "AVAILABLE" for layer in known["layers"]):
        return
    blob = (image.folder / "blobs" / digest.removeprefix("sha256:")).read_bytes()
    upload = ecr.initiate_layer_upload(repositoryName=repository)["uploadId"]
    part: UploadLayerPartRequestTypeDef = {
        "repositoryName": repository,
        "uploadId": upload,
        "partFirstByte": 0,
        "partLastByte": len(blob) - 1,
        "layerPartBlob": blob,
    }
    ecr.upload_layer_part(**part)
    ecr.complete_layer_upload(repositoryName=repository, uploadId=upload, layerDigests=[digest])


def _download(ecr: "ECRClient", reference: Reference) -> str:
    ecr.get_authorization_token()
    wanted: ImageIdentifierTypeDef = (
        {"imageDigest": reference.digest} if reference.digest else {"imageTag": reference.tag}
    )
    answer = ecr.batch_get_image(repositoryName=reference.repository, imageIds=[wanted])
    if not answer["images"]:
        raise DockerError(f"{reference.repository} has no image {reference.digest or reference.tag}")
    for layer in json.loads(answer["images"][0]["imageManifest"])["layers"]:
        ecr.get_download_url_for_layer(repositoryName=reference.repository, layerDigest=layer["digest"])
    return answer["images"][0]["imageId"]["imageDigest"]
