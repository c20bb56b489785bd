"""The process as the container starts it: from its own folder, told by the environment."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from onnx import TensorProto, helper

type Environment = Callable[..., dict[str, str]]


@pytest.fixture
def image(make_image: Callable[[], Path]) -> Path:
    """A folder to spoil."""
    return make_image()


def started(image: Path, told: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Start a service that cannot go on."""
    command = [sys.executable, "-m", "app"]
    return subprocess.run(command, cwd=image, env=told, capture_output=True, text=True, timeout=30, check=False)


def test_serves(running: str) -> None:
    """The passport names what was baked in, and the release and image that the environment adds."""
    assert httpx.get(f"{running}/health", timeout=5).status_code == 200
    assert httpx.get(f"{running}/version", timeout=5).json() == {
        "release": "digits-r1",
        "candidate": "digits-7f3c1e9a2b4d",
        "image": "images@sha256:00",
    }


def test_huge_bodies(running: str) -> None:
    """A body without end is refused over the wire before it has been sent, and the service goes on."""
    answer = httpx.post(f"{running}/predict", content=(b" " * 100_000 for _ in range(200)), timeout=10)
    assert (answer.status_code, "MiB" in answer.json()["error"]) == (413, True)
    assert httpx.get(f"{running}/health", timeout=5).status_code == 200


def test_healthcheck(running: str, image: Path, environment: Environment) -> None:
    """The container's health check tells a service that answers from one that does not."""
    port = running.rsplit(":", 1)[1]
    check = [sys.executable, "-m", "app.healthcheck"]
    assert subprocess.run(check, cwd=image, env=environment(PORT=port), timeout=20, check=False).returncode == 0
    assert subprocess.run(check, cwd=image, env=environment(PORT="1"), timeout=20, check=False).returncode == 1


def test_ends_with_a_sentence(image: Path, environment: Environment) -> None:
    """A model that cannot be loaded ends the process with one sentence, without a trace or codes."""
    (image / "model" / "model.onnx").write_bytes(b"\x08\x08broken")
    ended = started(image, environment())
    assert ended.returncode == 1
    assert ended.stderr == (
        "The service cannot start: model.onnx cannot be loaded (Protobuf parsing failed); "
        "export it anew and upload it whole.\n"
    )


def test_names_no_folders(image: Path, environment: Environment) -> None:
    """A model whose weights were left behind names the missing file, and not where the service looked for it."""
    pixels, scores = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 64]) for name in ("pixels", "scores"))
    weights = TensorProto(name="weights", data_type=TensorProto.FLOAT, dims=[64], data_location=TensorProto.EXTERNAL)
    weights.external_data.add(key="location", value="weights.bin")
    node = helper.make_node("Mul", ["pixels", "weights"], ["scores"])
    graph = helper.make_graph([node], "halved", [pixels], [scores], initializer=[weights])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    (image / "model" / "model.onnx").write_bytes(model.SerializeToString())
    ended = started(image, environment())
    assert "weights.bin" in ended.stderr
    assert str(image) not in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
