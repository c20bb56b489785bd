"""The command line, as a buildspec uses it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from standins.docker.commands import parser
from standins.docker.errors import DockerError
from standins.folders import Folders
from tests.support.paths import ROOT

DOCKER = ROOT / "standins" / "docker" / "bin" / "docker"


def docker(folders: Folders, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run the launcher itself."""
    places = {"STANDINS_RUN": str(folders.run), "STANDINS_CACHE": str(folders.cache), "HOME": str(folders.run)}
    env = {"PATH": os.environ["PATH"], "STANDINS_PYTHON": sys.executable} | places
    return subprocess.run(
        [DOCKER, *arguments], env=env, input=stdin, capture_output=True, text=True, timeout=60, check=False
    )


def test_builds_runs_and_removes(folders: Folders, source: Path) -> None:
    """The commands of a build work together, each a process of its own."""
    built = docker(folders, "build", "--tag", "digits:1", str(source))
    started = docker(folders, "run", "-d", "--rm", "--name", "web", "-p", "127.0.0.1::8080", "digits:1")
    port = docker(folders, "port", "web", "8080")
    running = docker(folders, "inspect", "--format", "{{.State.Running}}", "web")
    removed = docker(folders, "rm", "-f", "web")

    assert [done.returncode for done in (built, started, port, removed)] == [0, 0, 0, 0]
    assert (port.stdout.startswith("127.0.0.1:"), running.stdout) == (True, "true\n")
    assert docker(folders, "logs", "web").stderr == "docker: No such container: web\n"


def test_pushes_only_after_login(folders: Folders, source: Path) -> None:
    """A registry that nobody logged in to refuses."""
    name = "000000000000.dkr.ecr.us-east-1.amazonaws.com/digits:1"
    docker(folders, "build", "--tag", name, str(source))

    assert "no basic auth credentials" in docker(folders, "push", name).stderr


def test_pulls_only_after_login(folders: Folders) -> None:
    """Nor does it give an image to somebody whom it does not know."""
    name = f"000000000000.dkr.ecr.us-east-1.amazonaws.com/digits@sha256:{'0' * 64}"

    assert "no basic auth credentials" in docker(folders, "pull", name).stderr


def test_an_image_that_was_never_pushed_has_no_repository_digest(folders: Folders, source: Path) -> None:
    """Only a registry gives an image its repository digest."""
    docker(folders, "build", "--tag", "digits:1", str(source))
    done = docker(folders, "inspect", "--format", "{{index .RepoDigests 0}}", "digits:1")

    assert (done.returncode, "never pushed" in done.stderr) == (1, True)


@pytest.mark.parametrize(
    "command",
    [["ps"], ["run", "image"], ["run", "-d", "-v", "a:b", "image"], ["build", "--squash", "."], ["login", "host"]],
)
def test_refuses_what_a_build_does_not_need(command: list[str]) -> None:
    """An unknown command or option is one sentence, not a guess."""
    with pytest.raises(DockerError, match=r"standins/README\.md"):
        parser().parse_args(command)


@pytest.mark.parametrize("publish", ["8080:8080", "0.0.0.0:1:2", "127.0.0.1:x:8080"])
def test_publishes_on_the_loopback_address_only(folders: Folders, source: Path, publish: str) -> None:
    """No port of a run is open to other machines."""
    docker(folders, "build", "--tag", "digits:1", str(source))

    assert "127.0.0.1:HOST:CONTAINER" in docker(folders, "run", "-d", "-p", publish, "digits:1").stderr
