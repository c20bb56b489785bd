"""Layers that are unpacked once; MiniStack does it for every environment of every function."""

# MiniStack is pinned, and has no public door for what is done here.

import compileall
import hashlib
import zipfile
from pathlib import Path
from py_compile import PycInvalidationMode
from threading import Lock
from types import SimpleNamespace
from typing import Any

from ministack.core import lambda_runtime

from standins.folders import folders

UNCHECKED = PycInvalidationMode.UNCHECKED_HASH
_unpacking = Lock()


def install() -> None:
    """Let MiniStack's functions share their layers."""
    ours = {"ZipFile": Archive, "LargeFileError": zipfile.LargeZipFile}  # the latter is a slip of MiniStack's
    lambda_runtime.zipfile = SimpleNamespace(**vars(zipfile) | ours)


class Archive(zipfile.ZipFile):
    """An archive whose layers are linked to instead of unpacked again."""

    def namelist(self) -> list[str]:
        """Give the names that have to be checked: those of a layer are when it is unpacked."""
        return [] if _is_layer(Path(str(self.filename)).stem) else super().namelist()

    def extractall(self, path: Any = None, members: Any = None, pwd: bytes | None = None) -> None:
        """Unpack, or link."""
        if not _is_layer(Path(path).name):
            return super().extractall(path, members, pwd)
        with _unpacking:
            layer = self._unpacked()
        for each in layer.iterdir():
            (Path(path) / each.name).symlink_to(each)
        return None

    def _unpacked(self) -> Path:
        """Give the folder of a layer of this content."""
        content = hashlib.sha256(Path(str(self.filename)).read_bytes()).hexdigest()
        folder = folders().run / "layers" / content
        if not folder.exists():
            super().extractall(unfinished := folder.with_suffix(".unfinished"), super().namelist())
            compileall.compile_dir(unfinished, quiet=1, invalidation_mode=UNCHECKED)  # as `make deploy` does
            unfinished.rename(folder)
        return folder


def _is_layer(name: str) -> bool:
    return name.startswith("layer_")
