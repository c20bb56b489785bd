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

DEADLINE = 60.0  # seconds until /health has to answer
CONTAINER = "slipway-probe"


def probe(image: str, content: Passport) -> Passport:
    """Start an image and return what it says at /version, of what must lie in it.

    Raises BuildError if that is another content than `content`.
    """
    with _started(image) as url:
        _wait(url)
        served = _version(url)
    if wrong := passport.differences(content, served):
        raise BuildError(f"The image answers another {', '.join(wrong)} at /version than was built into it.")
    print("the image starts and knows what it is", flush=True)
    return {name: served[name] for name in content}


@contextmanager
def _started(image: str) -> Iterator[str]:
    docker("run", "-d", "--name", CONTAINER, "-p", "127.0.0.1::8080", image)
    try:
        yield f"http://{_address()}"
    finally:
        docker("rm", "-f", CONTAINER)


def _address() -> str:
    try:
        return docker("port", CONTAINER, "8080")
    except BuildError as error:
        # A container that has ended has no ports any more.
        raise _not_started() from error


def _not_started() -> BuildError:
    last = logs(CONTAINER).splitlines()[-5:]
    return BuildError("The image does not start. " + (" / ".join(last) or "It printed nothing."))


def _wait(url: str) -> None:
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline:
        try:
            _get(f"{url}/health")
        except (OSError, ValueError):
            if _gone():
                break
            time.sleep(0.3)
        else:
            return
    raise _not_started()


def _version(url: str) -> dict[str, Any]:
    try:
        return _get(f"{url}/version")
    except (OSError, ValueError) as error:
        raise BuildError(f"The image starts but does not tell what it is: /version gives {error}.") from error


def _gone() -> bool:
    return docker("inspect", "--format", "{{.State.Running}}", CONTAINER) == "false"


def _get(url: str) -> dict[str, Any]:
    with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  # our own http:// address
        content: dict[str, Any] = json.loads(answer.read())
        return content
