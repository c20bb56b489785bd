"""Virtual environments: what `RUN pip install -r` leaves behind, kept between runs."""

import hashlib
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from standins.docker.errors import DockerError
from standins.files import locked
from standins.folders import Folders

_KEPT = ("--require-hashes", "--no-deps")


def prepare(folders: Folders, requirements: list[Path], options: list[str]) -> str:
    """Make sure an environment with exactly these requirements exists, and return its key."""
    kept = [option for option in options if option in _KEPT]
    key = _key([path.read_bytes() for path in requirements], kept)
    # A finished environment is marked, not renamed into place: its scripts contain its path.
    with locked(folders.environments / f"{key}.lock"):
        if not (location(folders, key) / "complete").exists():
            _create(location(folders, key), requirements, kept)
    return key


def location(folders: Folders, key: str) -> Path:
    """The folder of the environment with this key."""
    return folders.environments / key


def _key(contents: list[bytes], options: list[str]) -> str:
    machine = f"{sys.version} {platform.machine()} {options}".encode()
    return hashlib.sha256(b"\0".join([machine, *contents])).hexdigest()[:24]


def _create(folder: Path, requirements: list[Path], options: list[str]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    _run([sys.executable, "-m", "venv", "--without-pip", str(folder)])
    if requirements:
        files = [word for path in requirements for word in ("-r", str(path))]
        _run([*_installer(str(folder / "bin" / "python")), *options, *files])
    (folder / "complete").touch()


def _installer(python: str) -> list[str]:
    if uv := shutil.which("uv"):
        return [uv, "pip", "install", "--quiet", "--python", python]
    return [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]


def _run(command: list[str]) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise DockerError(f"`{' '.join(command)}` ended with {done.returncode}.")
