"""Reads a source bundle: a zip that says which container to run, and of which image."""

import io
import zipfile
from dataclasses import dataclass, field
from typing import Self

from standins.aws.elasticbeanstalk import compose
from standins.aws.elasticbeanstalk.compose import Building, BundleError

LARGEST = 500_000_000
_HOOKS, _PHASES = ".platform/hooks/", ("prebuild", "predeploy", "postdeploy")
_COMPOSE, _DOCKERFILE = "docker-compose.yml", "Dockerfile"


@dataclass(frozen=True)
class Bundle:
    """The one service: its image by digest or how it is built of `content`, its port, and its variables.

    Without a compose file the port is empty: it is the first one that the Dockerfile exposes. `volumes` are
    as in compose.Service.
    """

    image: str
    port: str
    environment: dict[str, str]
    building: Building | None = None
    content: bytes = field(default=b"", repr=False, compare=False)
    volumes: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Read the zip; what the platform or the local AWS cannot run is an error."""
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                _check_hooks(archive)
                return cls._read(archive, content)
        except zipfile.BadZipFile as error:
            raise BundleError("The source bundle is not a zip file.") from error

    @classmethod
    def _read(cls, archive: zipfile.ZipFile, content: bytes) -> Self:
        names = archive.namelist()
        if _COMPOSE in names:
            service = compose.read(archive.read(_COMPOSE))
            if service.building and service.building.path not in names:
                raise BundleError(f"{_COMPOSE} builds {service.building.path}, which is not in the source bundle.")
            shown = (service.environment, service.building, content, service.volumes)
            return cls(service.image, service.port, *shown)
        if _DOCKERFILE in names:
            return cls("", "", {}, Building(".", _DOCKERFILE, {}), content)
        raise BundleError(f"The source bundle has no {_COMPOSE} and no {_DOCKERFILE} at its root.")


def _check_hooks(archive: zipfile.ZipFile) -> None:
    """Refuse hooks that the platform would not run; the local AWS, which has no instance to prepare, runs none."""
    for name in archive.namelist():
        if name.startswith(_HOOKS) and not name.endswith("/"):
            phase, _, file = name.removeprefix(_HOOKS).partition("/")
            if phase not in _PHASES or "/" in file:
                raise BundleError(f"{name} is no hook; hooks lie in {_HOOKS} prebuild, predeploy or postdeploy.")
            if not archive.read(name).startswith(b"#!"):
                raise BundleError(f"{name} cannot be run: begin it with #! and its interpreter.")
