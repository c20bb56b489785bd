"""The service as a process on this machine, with a candidate in it, as its image would have it."""

from __future__ import annotations

import hashlib
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from slipway.errors import SlipwayError
from slipway.models import Json
from slipway.settings import process_environment
from slipway.uploads.service_file import ServiceFile, variables
from slipway.uploads.validation.accepted import Accepted

_LEFT_OUT = shutil.ignore_patterns("model", "suite", "passport.json", ".venv", ".git", "__pycache__")
_PAUSE = 0.1  # seconds
_LINES = 5  # of what a service said before it ended
_GRACE = 10  # seconds to end in


class NotStarted(SlipwayError):
    """The service cannot be started on this machine; the text says what it said."""


@contextmanager
def started(service: Path, declared: ServiceFile, model: Path, passport: Json, bin_folder: Path) -> Iterator[str]:
    """Start a service with a candidate, and yield its address once it listens; raises NotStarted."""
    with tempfile.TemporaryDirectory(prefix="slipway-") as place:
        image, log = Path(place) / "image", Path(place) / "log"
        shutil.copytree(service, image, ignore=_LEFT_OUT)
        shutil.copytree(model, image / "model")
        (image / "passport.json").write_text(json.dumps(passport, indent=2))
        port = _free_port()
        told = {"HOST": "127.0.0.1", "PORT": str(port), **variables(passport)}
        path = f"{bin_folder}:{process_environment()['PATH']}"
        with log.open("wb") as output, _process(declared, image, {**told, "PATH": path}, output.fileno()) as process:
            _wait(process, port, declared.starts_within, log)
            yield f"http://127.0.0.1:{port}"


def environment(service: Path, declared: ServiceFile, model: Path) -> Path:
    """Return the folder with the programs that run a service: of a virtual environment with its requirements.

    It is made once for the same requirements; without any, this program's own is taken. Raises NotStarted.
    """
    requirements = requirements_of(service, declared, model)
    if requirements is None:
        return Path(sys.executable).parent
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    home = Path(click.get_app_dir("slipway")) / "environments" / digest
    if not (home / "ready").exists():
        click.echo(f"Installing what {requirements} asks for into {home}, once …", err=True)
        _run(sys.executable, "-m", "venv", "--clear", str(home))
        quietly = ("--quiet", "--disable-pip-version-check")
        _run(str(home / "bin/python"), "-m", "pip", "install", *quietly, "-r", str(requirements.resolve()))
        (home / "ready").touch()
    return home / "bin"


def requirements_of(service: Path, declared: ServiceFile, model: Path) -> Path | None:
    """Return the file with a service's requirements, None without one: that of the model's format before the common."""
    paths = [path.relative_to(model).as_posix() for path in model.rglob("*")]
    of_format = service / "requirements" / f"{Accepted(declared.accepts).model_format(paths)}.txt"
    return next((file for file in (of_format, service / "requirements.txt") if file.is_file()), None)


def _run(*words: str) -> None:
    """Run a command; raises NotStarted, with the last lines that it printed, if it fails."""
    done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()[-_LINES:]
        raise NotStarted(f"{' '.join(words[:4])} failed: {' / '.join(said)}")


@contextmanager
def _process(
    declared: ServiceFile, folder: Path, environment: dict[str, str], output: int
) -> Iterator[subprocess.Popen[bytes]]:
    """Start the command of service.yaml, yield its process, and end that afterwards; raises NotStarted."""
    words = [word.replace("{port}", environment["PORT"]) for word in declared.command]
    program = shutil.which(words[0], path=environment["PATH"])
    if program is None:
        raise NotStarted(f"service.yaml starts the service by {words[0]}, which is not on this machine: install it.")
    process = subprocess.Popen(  # noqa: S603  # the command that the service's own file declares
        [program, *words[1:]], cwd=folder, env=process_environment(**environment), stdout=output, stderr=output
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, seconds: float, log: Path) -> None:
    """Wait until a process listens on a port; raises NotStarted if it ends, or does not in so many seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            said = log.read_text(errors="replace").strip().splitlines()[-_LINES:]
            raise NotStarted(f"The service does not start. {' / '.join(said) or 'It printed nothing.'}")
        if _listens(port):
            return
        time.sleep(_PAUSE)
    raise NotStarted(f"The service does not listen on the port of its variable PORT within {seconds:g} s.")


def _listens(port: int) -> bool:
    """Return whether something listens on a port of this machine."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _free_port() -> int:
    """Return a port of this machine on which nothing listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
