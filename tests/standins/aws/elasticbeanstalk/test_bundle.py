"""Source bundles."""

import io
import posixpath
import zipfile

import pytest

from standins.aws.elasticbeanstalk.bundle import Bundle
from standins.aws.elasticbeanstalk.compose import Building, BundleError

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
            archive.writestr(posixpath.normpath(f".platform/hooks/{path}"), text)
    return buffer.getvalue()


def test_reads_image_port_and_environment() -> None:
    """The container's port is the one behind the load balancer's port 80."""
    assert Bundle.read(zipped(COMPOSE)) == Bundle(IMAGE, "8080", {"RELEASE": "digits-r1"})


def test_what_the_hooks_make_may_be_mounted() -> None:
    """It is where the container writes the log of its requests, and samples of them."""
    volumes = '["/var/log/nginx/healthd:/logs", "/var/opt/slipway-samples:/samples"]'
    mounted = Bundle.read(zipped(COMPOSE.replace("restart: always", f"volumes: {volumes}"))).volumes
    assert mounted == (("/logs", "/var/log/nginx/healthd"), ("/samples", "/var/opt/slipway-samples"))


@pytest.mark.parametrize(
    ("build", "building"),
    [
        (".", Building(".", "Dockerfile", {})),
        ("{context: api, dockerfile: Docker.web, args: [A=1]}", Building("api", "Docker.web", {"A": "1"})),
    ],
)
def test_an_image_may_be_built_on_the_instance(build: str, building: Building) -> None:
    """Both forms of `build`; an image beside it is the name that the built one gets."""
    compose = COMPOSE.replace(IMAGE, f"ours\n    build: {build}")
    assert Bundle.read(zipped(compose, **{f"../../{building.path}": "FROM python"})) == Bundle(
        "", "8080", {"RELEASE": "digits-r1"}, building
    )


def test_a_dockerfile_is_enough() -> None:
    """Without a compose file the instance builds it, and its first exposed port is the one that is served."""
    assert Bundle.read(zipped("FROM python", "Dockerfile")) == Bundle("", "", {}, Building(".", "Dockerfile", {}))


@pytest.mark.parametrize(
    ("bundle", "reason"),
    [
        (b"no zip", "not a zip"),
        (zipped(COMPOSE, "folder/docker-compose.yml"), "at its root"),
        (zipped(COMPOSE.replace(IMAGE, "registry/digits:latest")), "by digest"),
        (zipped(COMPOSE.replace("80:8080", "8080:8080")), "publish port 80"),
        (zipped(COMPOSE.replace("restart", "volumes")), "volumes"),
        (
            zipped(COMPOSE.replace("restart: always", 'volumes: ["/var/run/docker.sock:/a"]')),
            "not /var/run/docker.sock",
        ),
        (zipped(COMPOSE.replace("restart: always", 'volumes: ["/var/log/nginx/healthd"]')), "volumes"),
        (zipped("services: {}"), "0 services"),
        (zipped(COMPOSE.replace(f"image: {IMAGE}", "build: .")), "builds Dockerfile, which is not in"),
        (zipped(f"{COMPOSE}\nnetworks: {{}}"), "networks"),
        (zipped(COMPOSE.replace("restart: always", "env_file: secret.env")), "env_file"),
        (zipped(COMPOSE.replace(f"image: {IMAGE}", "build: {context: ., target: x}")), "target"),
        (zipped(COMPOSE, **{"deploy/a.sh": "#!/bin/sh"}), "prebuild, predeploy or postdeploy"),
        (zipped(COMPOSE, **{"predeploy/more/a.sh": "#!/bin/sh"}), "is no hook"),
        (zipped(COMPOSE, **{"predeploy/a.sh": "iptables"}), "begin it with #!"),
    ],
)
def test_says_what_is_wrong_with_a_bundle(bundle: bytes, reason: str) -> None:
    """What would not run, or would run something else tomorrow, is refused."""
    with pytest.raises(BundleError, match=reason):
        Bundle.read(bundle)
