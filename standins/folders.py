"""Where a run of the stand-ins keeps its images, containers, logs and mail, and what outlives it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

RUN, CACHE = "STANDINS_RUN", "STANDINS_CACHE"  # the environment variables by which processes of a run find them


@dataclass(frozen=True)
class Folders:
    """`run` holds one run and can be deleted after it; `cache` holds what the next run can use again."""

    run: Path
    cache: Path = Path(".cache")

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

    @property
    def logs(self) -> Path:
        """One log per build and per Beanstalk environment, and events.jsonl."""
        return self.run / "logs"


def folders(environ: Mapping[str, str] = os.environ) -> Folders:
    """Return the folders of the environment variables, or .local-aws and .cache in the working folder."""
    found = (Path(environ.get(name) or default) for name, default in ((RUN, ".local-aws"), (CACHE, ".cache")))
    return Folders(*(path.absolute() for path in found))
