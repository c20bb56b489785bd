"""Starting an image before it is used: one that does not even start reaches no environment."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pipeline import passport
from pipeline.docker import docker, logs
from pipeline.errors import BuildError
from pipeline.passport import Passport
from slipway.uploads.service_file import ServiceFile

CONTAINER = "slipway-probe"


def probe(image: str, content: Passport, declared: ServiceFile) -> Passport:
    """Start an image and return what it says at its version path, of what must lie in it.

    A service without such a path is believed to hold `content`, which it was built with. Raises BuildError if it does
    not answer as `declared`, or that is another content.
    """
    with _started(image, declared.port) as url:
        _wait(url, declared)
        served = _version(url, declared.version) if declared.tells_version else content
    if wrong := passport.differences(content, served):
        said = f"The image answers another {', '.join(wrong)} at {declared.version}"
        raise BuildError(f"{said} than was built into it.")
    if not declared.tells_version:
        print("the image starts; service.yaml says that it does not tell what it is", flush=True)
        return content
    print("the image starts and knows what it is", flush=True)
    return {name: served[name] for name in content}


@contextmanager
def _started(image: str, port: int) -> Iterator[str]:
    """Run a container, yield its URL, and remove it afterwards."""
    docker("run", "-d", "--name", CONTAINER, "-p", f"127.0.0.1::{port}", image)
    try:
        yield f"http://{_address(port)}"
    finally:
        docker("rm", "-f", CONTAINER)


def _address(port: int) -> str:
    """Return the host and port at which the container answers; raises BuildError if it has ended."""
    try:
        return docker("port", CONTAINER, str(port))
    except BuildError as error:
        # A container that has ended has no ports any more.
        raise _not_started() from error


def _not_started() -> BuildError:
    """Return the error that the image does not start, with the last lines that it printed."""
    last = logs(CONTAINER).splitlines()[-5:]
    return BuildError("The image does not start. " + (" / ".join(last) or "It printed nothing."))


def _wait(url: str, declared: ServiceFile) -> None:
    """Wait until the container answers at its health path; raises BuildError if it ends or takes too long."""
    deadline = time.monotonic() + declared.starts_within
    while time.monotonic() < deadline:
        try:
            _get(f"{url}{declared.health}")
        except OSError:
            if _gone():
                break
            time.sleep(0.3)
        else:
            return
    raise _not_started()


def _version(url: str, path: str) -> dict[str, Any]:
    """Return the JSON at the version path; raises BuildError if there is none."""
    try:
        content: dict[str, Any] = json.loads(_get(f"{url}{path}"))
    except (OSError, ValueError) as error:
        raise BuildError(f"The image starts but does not tell what it is: {path} gives {error}.") from error
    return content


def _gone() -> bool:
    """Return whether the container has ended."""
    return docker("inspect", "--format", "{{.State.Running}}", CONTAINER) == "false"


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  # our own http:// address
        content: bytes = answer.read()
        return content
