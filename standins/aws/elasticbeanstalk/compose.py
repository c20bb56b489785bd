"""Reads a bundle's docker-compose.yml: one service, of an image by digest or of one that the instance builds."""

import posixpath
import re
from dataclasses import dataclass
from typing import Any

import yaml

_DIGEST = re.compile(r".+@sha256:[0-9a-f]{64}")
_DOCUMENT = {"version", "name", "services"}
_SERVICE = {"build", "container_name", "env_file", "environment", "image", "ports", "restart", "volumes"}
HEALTH_LOG, SAMPLES = "/var/log/nginx/healthd", "/var/opt/slipway-samples"  # what of the instance may be mounted
_BUILD = {"args", "context", "dockerfile"}


class BundleError(Exception):
    """One sentence about a bundle that cannot be deployed."""


@dataclass(frozen=True)
class Building:
    """How the instance builds the image: the folder in the bundle, the Dockerfile in it, and --build-arg."""

    context: str
    dockerfile: str
    arguments: dict[str, str]

    @property
    def path(self) -> str:
        """Where in the bundle its Dockerfile is."""
        return posixpath.normpath(posixpath.join(self.context, self.dockerfile))


@dataclass(frozen=True)
class Service:
    """The one service; `image` is empty where it is built.

    `volumes` are the folders of the instance by where the container has them.
    """

    image: str
    port: str
    environment: dict[str, str]
    building: Building | None
    volumes: tuple[tuple[str, str], ...] = ()


def read(content: bytes) -> Service:
    """Read docker-compose.yml; what the local AWS does not know is an error that names it."""
    service = _service(_document(content))
    _check(service, _SERVICE)
    if str(service.get("env_file", ".env")) not in (".env", "['.env']"):
        # Beanstalk writes the environment's properties into .env beside the compose file.
        raise BundleError("docker-compose.yml names an env_file other than .env, which the local AWS does not know.")
    building = _building(service["build"]) if "build" in service else None
    image = "" if building else str(service.get("image", ""))
    if not building and not _DIGEST.fullmatch(image):
        raise BundleError(f"docker-compose.yml names the image {image!r}; name it by digest, as NAME@sha256:….")
    environment = _pairs(service.get("environment"))
    return Service(image, _port(service), environment, building, _volumes(service))


def _document(content: bytes) -> dict[str, Any]:
    try:
        document = yaml.safe_load(content)
    except yaml.YAMLError as error:
        raise BundleError(f"docker-compose.yml is not YAML: {error}") from error
    found = document if isinstance(document, dict) else {}
    _check(found, _DOCUMENT)
    return found


def _service(document: dict[str, Any]) -> dict[str, Any]:
    services = document.get("services") or {}
    if len(services) != 1:
        raise BundleError(f"docker-compose.yml has {len(services)} services; the local AWS runs exactly one.")
    (service,) = services.values()
    return dict(service)


def _check(given: dict[str, Any], known: set[str]) -> None:
    if unknown := sorted(set(given) - known):
        raise BundleError(f"docker-compose.yml uses {unknown[0]}, which the local AWS does not know.")


def _building(build: Any) -> Building:
    """Read `build: .` and the long form."""
    given = {"context": build} if isinstance(build, str) else dict(build)
    _check(given, _BUILD)
    return Building(
        str(given.get("context", ".")), str(given.get("dockerfile", "Dockerfile")), _pairs(given.get("args"))
    )


def _port(service: dict[str, Any]) -> str:
    """`ports: ["80:8080"]` is 8080: port 80 is what a load balancer reaches."""
    ports = [str(port).partition(":") for port in service.get("ports") or []]
    if len(ports) != 1 or ports[0][0] != "80" or not ports[0][2].isdigit():
        raise BundleError('docker-compose.yml must publish port 80, as in ports: ["80:8080"].')
    return ports[0][2]


def _volumes(service: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """`volumes: ["/var/log/nginx/healthd:/logs"]` is /logs, and the folder of the instance."""
    volumes = service.get("volumes", [])
    mounted = [str(volume).partition(":") for volume in (volumes if isinstance(volumes, list) else [volumes])]
    known = (HEALTH_LOG, SAMPLES)
    if unknown := [host for host, _, container in mounted if host not in known or not container.startswith("/")]:
        raise BundleError(
            f"docker-compose.yml uses volumes; the local AWS knows only {' and '.join(known)}, not {unknown[0]}."
        )
    return tuple((container, host) for host, _, container in mounted)


def _pairs(given: Any) -> dict[str, str]:
    """Names and values, written as a map or as a list of NAME=value."""
    if isinstance(given, list):
        given = dict(str(pair).split("=", 1) for pair in given)
    return {name: str(value) for name, value in (given or {}).items()}
