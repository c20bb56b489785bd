"""The image repository in ECR."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from pipeline.docker import docker
from pipeline.errors import BuildError
from slipway.adapters import ecr
from slipway.errors import ImageGone

if TYPE_CHECKING:
    from mypy_boto3_ecr import ECRClient


class Repository:
    """A repository whose tags never move, named by its address, `ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME`."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self._host, _, self._name = uri.partition("/")
        self._client: ECRClient = boto3.client("ecr")

    def digest(self, tag: str) -> str:
        """Return the digest of the image with a tag; empty if there is none."""
        try:
            found = self._client.batch_get_image(repositoryName=self._name, imageIds=[{"imageTag": tag}])["images"]
        except (ClientError, BotoCoreError) as error:
            raise BuildError(f"The image repository {self.uri} cannot be asked for {tag}: {error}") from error
        return found[0]["imageId"]["imageDigest"] if found else ""

    def keep(self, image: str) -> None:
        """Keep an image, by its digest, from being deleted by its age; raises BuildError."""
        try:
            ecr.keep(self._client, image)
        except (ImageGone, ClientError, BotoCoreError) as error:
            raise BuildError(f"{image} cannot be kept: {error}") from error

    def pull(self, image: str) -> None:
        """Pull an image, by its digest, to where it can be started."""
        self._login()
        docker("pull", image)

    def push(self, tag: str) -> str:
        """Push an image and return its digest as the repository knows it."""
        self._login()
        docker("push", f"{self.uri}:{tag}")
        if digest := self.digest(tag):
            return digest
        raise BuildError(f"{self.uri} does not know {tag} although it was pushed: start the release again.")

    def _login(self) -> None:
        """Log Docker in to the repository."""
        user, password = self._credentials()
        docker("login", "--username", user, "--password-stdin", self._host, given=password)

    def _credentials(self) -> tuple[str, str]:
        """Return the user and the password for the repository; raises BuildError."""
        try:
            given = self._client.get_authorization_token()["authorizationData"][0]["authorizationToken"]
        except (ClientError, BotoCoreError) as error:
            raise BuildError(f"The image repository {self.uri} lets nobody log in: {error}") from error
        user, _, password = base64.b64decode(given).decode().partition(":")
        return user, password
