"""Containers are processes."""

import json
import subprocess
import time
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from standins.docker import containers
from standins.docker.containers import Container, Wish
from standins.docker.errors import DockerError
from standins.docker.images import Image
from standins.folders import Folders

PUBLISHED = Wish(name="web", publish=((0, "8080"),), env=(("RELEASE", "digits-r1"),))


def answer(container: Container, seconds: float = 10) -> dict[str, Any]:
    """What the server in the container says, once it listens."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{container.ports['8080']}/", timeout=2) as response:
                return dict(json.load(response))
        except OSError:
            assert time.monotonic() < deadline, Path(container.log).read_text()
            time.sleep(0.02)


def test_runs_the_command_with_the_environment_of_image_and_run(
    build: Callable[..., Image], folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process sees the image's variables and its own, a port of this machine, and no credentials."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    image = build()
    container = containers.run(folders, image, PUBLISHED)
    environment = answer(container)

    assert environment["RELEASE"] == "digits-r1"
    assert environment["PORT"] == str(container.ports["8080"])
    assert environment["HOST"] == "127.0.0.1"
    assert environment["DATA"] == str(image.root / "srv" / "data.txt")
    assert not [name for name in environment if name.startswith("AWS_")]


def test_a_variable_that_names_a_volume_names_its_folder(
    build: Callable[..., Image], folders: Folders, tmp_path: Path
) -> None:
    """A container is a process of this machine, which has no mounts of its own."""
    wish = replace(PUBLISHED, env=(("HEALTH_LOG", "/logs"), ("OTHER", "/logs2")), volumes=(("/logs", tmp_path),))
    environment = answer(containers.run(folders, build(), wish))
    assert (environment["HEALTH_LOG"], environment["OTHER"]) == (str(tmp_path), "/logs2")


def test_ends_and_forgets_a_container(build: Callable[..., Image], folders: Folders) -> None:
    """`rm -f` ends the process before it returns."""
    container = containers.run(folders, build(), PUBLISHED)
    answer(container)
    containers.remove(folders, containers.find(folders, "web"))

    assert not container.running
    with pytest.raises(DockerError, match="No such container: web"):
        containers.find(folders, "web")


def test_keeps_the_output(build: Callable[..., Image], folders: Folders) -> None:
    """The log has what the process printed."""
    container = containers.run(folders, build(), PUBLISHED)
    answer(container)

    assert "listening" in Path(container.log).read_text()


def test_forgets_a_container_with_rm_when_it_ends(build: Callable[..., Image], folders: Folders) -> None:
    """--rm leaves nothing behind."""
    container = containers.run(folders, build('FROM python\nCMD ["true"]\n'), Wish(name="short", remove=True))
    while container.running:
        time.sleep(0.01)

    assert containers.all_containers(folders) == []


def test_refuses_a_name_in_use(build: Callable[..., Image], folders: Folders) -> None:
    """Two containers cannot have one name."""
    image = build()
    containers.run(folders, image, PUBLISHED)

    with pytest.raises(DockerError, match="web is in use"):
        containers.run(folders, image, PUBLISHED)


def test_publishes_a_port_that_the_image_has_in_its_code(
    build: Callable[..., Image], folders: Folders, source: Path
) -> None:
    """A server that listens on a port of its own, on every address, is reached where the port is published."""
    server = (source / "server.py").read_text()
    (source / "server.py").write_text(server.replace('os.environ["HOST"], int(os.environ["PORT"])', '"0.0.0.0", 8080'))
    image = build("FROM python\nWORKDIR /srv\nCOPY server.py .\nCMD python server.py\n")
    first, second = (containers.run(folders, image, Wish(publish=((0, "8080"),))) for _ in range(2))

    assert answer(first)["STANDINS_PUBLISHED"] != answer(second)["STANDINS_PUBLISHED"]


def test_publishes_one_port(build: Callable[..., Image], folders: Folders) -> None:
    """More of them would have to be told apart."""
    with pytest.raises(DockerError, match="publishes one port of a container, not 8080, 9000"):
        containers.run(folders, build(), Wish(publish=((0, "8080"), (0, "9000"))))


def test_an_entrypoint_comes_before_the_command(build: Callable[..., Image], folders: Folders) -> None:
    """As Docker puts them together."""
    container = containers.run(folders, build('FROM python\nENTRYPOINT ["echo", "a"]\nCMD ["b"]\n'), Wish(name="web"))
    while container.running:
        time.sleep(0.01)

    assert Path(container.log).read_text() == "a b\n"


def test_ends_with_the_process_it_belongs_to(build: Callable[..., Image], folders: Folders) -> None:
    """When its owner is gone, even before anybody has reaped it, so is the container."""
    owner = subprocess.Popen(["sleep", "60"])
    container = containers.run(folders, build(), Wish(publish=((0, "8080"),), process=owner.pid))
    answer(container)
    owner.kill()
    deadline = time.monotonic() + 5
    while container.running and time.monotonic() < deadline:
        time.sleep(0.02)

    assert not container.running


def test_lets_a_process_end_politely(build: Callable[..., Image], folders: Folders, source: Path) -> None:
    """A process that handles SIGTERM has the time to do so."""
    (source / "server.py").write_text(
        "import os, signal, sys, time\n"
        # A signal may come while `ready` is printed, in which nothing else can be.
        "def end(*_):\n    time.sleep(0.2)\n    os.write(1, b'bye\\n')\n    sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\nprint('ready', flush=True)\ntime.sleep(60)\n"
    )
    container = containers.run(folders, build(), Wish(name="web"))
    while "ready" not in Path(container.log).read_text():
        time.sleep(0.01)
    containers.stop(container)

    assert Path(container.log).read_text() == "ready\nbye\n"
