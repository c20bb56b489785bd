"""The environment of a build: nothing of this machine but the way to its package index."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from standins.files import locked
from standins.folders import CACHE, RUN, Folders

_STAND_IN = Path(__file__).parents[2] / "docker" / "bin"
_SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
_NETWORK = ("PIP_", "UV_", "SSL_CERT_", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY")
_PIP_CONFIG = (".config/pip/pip.conf", ".pip/pip.conf", "Library/Application Support/pip/pip.conf")


def base_environment(folders: Folders, home: Path, machine: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What every build starts with, before CodeBuild's own variables, the project's and the buildspec's."""
    python = tools(folders)
    path = [str(_STAND_IN), str(python.parent), machine.get("STANDINS_TOOLS", ""), _SYSTEM_PATH]
    return _network(machine) | {
        "PATH": ":".join(part for part in path if part),
        "HOME": str(home),
        "TMPDIR": str(home),
        "LANG": "C.UTF-8",
        "PIP_CACHE_DIR": str(folders.cache / "pip"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "NO_PROXY": "127.0.0.1,localhost",
        RUN: str(folders.run),
        CACHE: str(folders.cache),
        "STANDINS_PYTHON": sys.executable,
        "STANDINS_OWNER": str(os.getpid()),
    }


def tools(folders: Folders) -> Path:
    """The Python of builds, where a buildspec installs what it needs; it survives from build to build."""
    folder = folders.cache / "codebuild"
    with locked(folders.cache / "codebuild.lock"):
        if not (folder / "complete").exists():
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True, timeout=120)
            (folder / "complete").touch()
    return folder / "bin" / "python"


def _network(machine: Mapping[str, str]) -> dict[str, str]:
    """How this machine reaches a package index: pip would ask HOME, and a build has one of its own."""
    passed = {name: value for name, value in machine.items() if name.upper().startswith(_NETWORK)}
    files = [Path(machine.get("HOME", "/")) / name for name in _PIP_CONFIG]
    config = next((str(path) for path in files if path.exists()), os.devnull)
    return {"PIP_CONFIG_FILE": config} | passed
