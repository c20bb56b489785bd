"""Source bundles."""

import io
import zipfile

import pytest

from standins.aws.elasticbeanstalk.bundle import Bundle, BundleError

IMAGE = f"registry/digits@sha256:{'a' * 64}"
COMPOSE = f"""
services:
  web:
    image: {IMAGE}
    ports: ["80:8080"]
    environment: {{RELEASE: digits-r1}}
    restart: always
"""


def zipped(compose: str, name: str = "docker-compose.yml", **more: str) -> bytes:
    """A bundle with this file, and with hooks of this text below .platform/hooks."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, compose)
        for path, text in more.items():
            archive.writestr(f".platform/hooks/{path}", text)
    return buffer.getvalue()


def test_reads_image_port_and_environment() -> None:
    """The container's port is the one behind the load balancer's port 80."""
    assert Bundle.read(zipped(COMPOSE)) == Bundle(IMAGE, "8080", {"RELEASE": "digits-r1"})


@pytest.mark.parametrize(
    ("bundle", "reason"),
    [
        (b"no zip", "not a zip"),
        (zipped(COMPOSE, "folder/docker-compose.yml"), "at its root"),
        (zipped(COMPOSE.replace(IMAGE, "registry/digits:latest")), "by digest"),
        (zipped(COMPOSE.replace("80:8080", "8080:8080")), "publish port 80"),
        (zipped(COMPOSE.replace("restart", "volumes")), "volumes"),
        (zipped("services: {}"), "0 services"),
        (zipped(COMPOSE.replace("image:", "build: ., image:").replace("build: ., ", "build: .\n    ")), "as well"),
        (zipped(COMPOSE.replace(f"image: {IMAGE}", "build: ./elsewhere")), "something else"),
        (zipped(COMPOSE.replace(f"image: {IMAGE}", "build: .")), "no Dockerfile"),
        (zipped(COMPOSE, **{"deploy/a.sh": "#!/bin/sh"}), "prebuild, predeploy or postdeploy"),
        (zipped(COMPOSE, **{"predeploy/more/a.sh": "#!/bin/sh"}), "is no hook"),
        (zipped(COMPOSE, **{"predeploy/a.sh": "iptables"}), "begin it with #!"),
    ],
)
def test_says_what_is_wrong_with_a_bundle(bundle: bytes, reason: str) -> None:
    """What would not run, or would run something else tomorrow, is refused."""
    with pytest.raises(BundleError, match=reason):
        Bundle.read(bundle)
