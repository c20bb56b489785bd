"""Where images, containers and their virtual environments lie."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from standins.docker.errors import DockerError

_CACHE = Path(__file__).parents[2] / ".cache"


@dataclass(frozen=True)
class Folders:
    """`run` holds one rehearsal and is deleted before the next; `cache` outlives it."""

    run: Path
    cache: Path = _CACHE

    @property
    def images(self) -> Path:
        """One folder per image, named by the hex of its digest."""
        return self.run / "images"

    @property
    def containers(self) -> Path:
        """One JSON file and one log per container."""
        return self.run / "containers"

    @property
    def environments(self) -> Path:
        """One virtual environment per set of requirements."""
        return self.cache / "images-venv"


def folders(environ: Mapping[str, str] = os.environ) -> Folders:
    """The folders that REHEARSAL_DIR (and CACHE_DIR, if set) name."""
    if not environ.get("REHEARSAL_DIR"):
        raise DockerError("REHEARSAL_DIR is not set: this `docker` works only inside `make rehearse`.")
    return Folders(Path(environ["REHEARSAL_DIR"]), Path(environ.get("CACHE_DIR") or _CACHE))
