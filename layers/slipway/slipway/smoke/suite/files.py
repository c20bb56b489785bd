"""The files of a suite, in an archive or in a folder; no path leads out of either."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Protocol
from zipfile import ZipFile

from slipway.models.paths import composed

LOOSENED = "loosened.json"  # beside a merged suite: a list of what the candidate's took from the suite of record


def open_composed(files: Files, path: str) -> IO[bytes]:
    """Open a file whose letters may be composed otherwise than in its path, or raise KeyError."""
    try:
        return files.open(path)
    except KeyError:
        if path.isascii():
            raise
        return files.open(next((name for name in files.names() if composed(name) == composed(path)), path))


def files_below(folder: Path) -> dict[str, Path]:
    """Return the files below a folder by their paths in it."""
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}


def by_composed_path(*several: dict[str, Path]) -> dict[str, Path]:
    """Return files by their composed paths; of several with one path, the last."""
    return {composed(path): file for files in several for path, file in files.items()}


class Files(Protocol):
    """Files by their paths, written as in the suite: `golden/7.png`."""

    def names(self) -> Iterable[str]:
        """Return the paths of all files."""

    def open(self, path: str) -> IO[bytes]:
        """Open a file for reading; raises KeyError if there is none at exactly that path."""


class ZipFiles:
    """The files of an archive."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive

    def names(self) -> Iterator[str]:
        """Return the paths of all files."""
        return (name for name in self._archive.namelist() if not name.endswith("/"))

    def open(self, path: str) -> IO[bytes]:
        """Open a file for reading; raises KeyError if there is none at exactly that path."""
        if path.endswith("/"):  # a folder
            raise KeyError(path)
        return self._archive.open(path)


class FolderFiles:
    """The files below a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._inside = f"{self._folder}/".replace("//", "/")  # what all paths of its files begin with

    def names(self) -> Iterator[str]:
        """Return the paths of all files."""
        found = (path for path in self._folder.rglob("*") if path.is_file())
        return (path.relative_to(self._folder).as_posix() for path in found)

    def open(self, path: str) -> IO[bytes]:
        """Open a file for reading; raises KeyError if there is none at exactly that path."""
        # As an archive has it: `a//b`, `a/../b` and links that lead elsewhere are no files of it.
        if not {"", ".", ".."}.isdisjoint(path.split("/")) or "\0" in path:
            raise KeyError(path)
        # Texts where Paths would take three times as long: a golden set has ten thousand files.
        file = os.path.realpath(self._inside + path)
        if not file.startswith(self._inside) or not os.path.isfile(file):  # noqa: PTH113
            raise KeyError(path)
        return open(file, "rb")  # noqa: PTH123
