"""Reads a source bundle: a zip whose docker-compose.yml names one image by digest, or builds one from the bundle."""

import io
import re
import zipfile
from dataclasses import dataclass, field
from typing import Any, Self

import yaml

LARGEST = 500_000_000
_DIGEST = re.compile(r".+@sha256:[0-9a-f]{64}")
_HOOKS, _PHASES = ".platform/hooks/", ("prebuild", "predeploy", "postdeploy")
_SERVICE = {"image", "build", "ports", "environment", "restart"}


class BundleError(Exception):
    """One sentence about a bundle that cannot be deployed."""


@dataclass(frozen=True)
class Bundle:
    """The one service of the compose file: its image, the container's port, and its variables.

    `files` are those of the bundle, by path, where the service is built on the instance; `image` is empty then.
    """

    image: str
    port: str
    environment: dict[str, str]
    files: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Read the zip; what the platform or the local AWS cannot run is an error."""
        service = _service(_compose(content))
        _check_hooks(content)
        if unknown := sorted(set(service) - _SERVICE):
            raise BundleError(f"docker-compose.yml uses {unknown[0]}, which the local AWS does not know.")
        if service.get("build") == "." and "image" not in service:
            return cls("", _port(service), _environment(service), _files(content))
        if "build" in service:
            raise BundleError("docker-compose.yml builds something else than `build: .`, or names an image as well.")
        image = str(service.get("image", ""))
        if not _DIGEST.fullmatch(image):
            raise BundleError(f"docker-compose.yml names the image {image!r}; name it by digest, as NAME@sha256:….")
        return cls(image, _port(service), _environment(service))


def _compose(content: bytes) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            document = yaml.safe_load(archive.read("docker-compose.yml"))
    except zipfile.BadZipFile as error:
        raise BundleError("The source bundle is not a zip file.") from error
    except KeyError as error:
        raise BundleError("The source bundle has no docker-compose.yml at its root.") from error
    except yaml.YAMLError as error:
        raise BundleError(f"docker-compose.yml is not YAML: {error}") from error
    return document if isinstance(document, dict) else {}


def _files(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    if "Dockerfile" not in files:
        raise BundleError("docker-compose.yml says `build: .`, and the source bundle has no Dockerfile at its root.")
    return files


def _check_hooks(content: bytes) -> None:
    """Refuse hooks that the platform would not run; the local AWS, which has no instance to prepare, runs none."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.startswith(_HOOKS) and not name.endswith("/"):
                phase, _, file = name.removeprefix(_HOOKS).partition("/")
                if phase not in _PHASES or "/" in file:
                    raise BundleError(f"{name} is no hook; hooks lie in {_HOOKS} prebuild, predeploy or postdeploy.")
                if not archive.read(name).startswith(b"#!"):
                    raise BundleError(f"{name} cannot be run: begin it with #! and its interpreter.")


def _service(document: dict[str, Any]) -> dict[str, Any]:
    services = document.get("services") or {}
    if len(services) != 1:
        raise BundleError(f"docker-compose.yml has {len(services)} services; the local AWS runs exactly one.")
    (service,) = services.values()
    return dict(service)


def _port(service: dict[str, Any]) -> str:
    """`ports: ["80:8080"]` is 8080: port 80 is what a load balancer reaches."""
    ports = [str(port).partition(":") for port in service.get("ports") or []]
    if len(ports) != 1 or ports[0][0] != "80" or not ports[0][2].isdigit():
        raise BundleError('docker-compose.yml must publish port 80, as in ports: ["80:8080"].')
    return ports[0][2]


def _environment(service: dict[str, Any]) -> dict[str, str]:
    given = service.get("environment") or {}
    if isinstance(given, list):
        given = dict(str(pair).split("=", 1) for pair in given)
    return {name: str(value) for name, value in given.items()}
