"""The process as the container starts it: from its own folder, told by the environment."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

APP = Path(__file__).parents[2] / "service" / "app"


@pytest.fixture
def image(tmp_path: Path, sample: Path) -> Path:
    """The folder that the Dockerfile makes."""
    shutil.copytree(APP, tmp_path / "app")
    shutil.copytree(sample, tmp_path / "model")
    (tmp_path / "passport.json").write_text(json.dumps({"candidate": "digits-7f3c1e9a2b4d"}))
    return tmp_path


def environment(**more: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1", "PORT": "0", **more}


@pytest.fixture
def running(image: Path) -> Iterator[str]:
    """The service in a process of its own, on a port that the system gives; its address."""
    told = environment(RELEASE="digits-r1", IMAGE="images@sha256:00")
    with subprocess.Popen(
        [sys.executable, "-m", "app"], cwd=image, env=told, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stderr
        said = next(line for line in process.stderr if "running on" in line)
        yield said.split("running on ")[1].split()[0]
        process.terminate()
        assert process.wait(10) is not None


def test_serves(running: str) -> None:
    """The passport names what was baked in, and the release and image that the environment adds."""
    assert httpx.get(f"{running}/health", timeout=5).status_code == 200
    assert httpx.get(f"{running}/version", timeout=5).json() == {
        "release": "digits-r1",
        "candidate": "digits-7f3c1e9a2b4d",
        "image": "images@sha256:00",
    }


def test_healthcheck(running: str, image: Path) -> None:
    """The container's health check tells a service that answers from one that does not."""
    port = running.rsplit(":", 1)[1]
    check = [sys.executable, "-m", "app.healthcheck"]
    assert subprocess.run(check, cwd=image, env=environment(PORT=port), timeout=20, check=False).returncode == 0
    assert subprocess.run(check, cwd=image, env=environment(PORT="1"), timeout=20, check=False).returncode == 1


def test_ends_with_a_sentence(image: Path) -> None:
    """A model that cannot be loaded ends the process with one sentence and no trace."""
    (image / "model" / "model.onnx").write_bytes(b"\x08\x08broken")
    ended = subprocess.run(
        [sys.executable, "-m", "app"],
        cwd=image,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("The service cannot start: model.onnx cannot be loaded")
    assert len(ended.stderr.splitlines()) == 1
