"""The folders of one build."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from standins.folders import Folders


@dataclass(frozen=True)
class Workspace:
    """Everything of a build lies below `folder`, builds/<uuid> in the run's folder."""

    folders: Folders
    folder: Path

    @classmethod
    def create(cls, folders: Folders, name: str) -> Self:
        """Fresh, empty folders."""
        space = cls(folders, folders.run / "builds" / name)
        shutil.rmtree(space.folder, ignore_errors=True)
        space.source.mkdir(parents=True)
        space.home.mkdir()
        return space

    @property
    def source(self) -> Path:
        """The primary source, where commands start."""
        return self.folder / "src"

    @property
    def home(self) -> Path:
        """The build's HOME."""
        return self.folder / "home"

    def secondary(self, identifier: str) -> Path:
        """A secondary source."""
        return self.folder / f"src-{identifier}"

    def log(self, build_id: str) -> Path:
        """The log file; the colon in a build's id is not for file names."""
        return self.folders.logs / f"build-{build_id.replace(':', '-')}.log"
