"""One trained sample for all tests of the service, and small hand-made models for what it does not show."""

from __future__ import annotations

import base64
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import onnx
import pytest
import yaml
from onnx import TensorProto, helper
from PIL import Image
from starlette.testclient import TestClient

from samples.folders import write
from service.app.classifier import load_classifier
from service.app.web import create_app
from tests.support.paths import ROOT

APP = ROOT / "service" / "app"
PASSPORT = {"release": "digits-r1", "candidate": "digits-7f3c1e9a2b4d", "files": [], "image": "images@sha256:00"}


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the sample v1."""
    folder = tmp_path_factory.mktemp("samples") / "v1"
    write("v1", folder)
    return folder


@pytest.fixture(scope="session")
def client(sample: Path) -> TestClient:
    """The application that serves the sample; a crash is answered as uvicorn would have it answered."""
    return TestClient(create_app(load_classifier(sample), PASSPORT), raise_server_exceptions=False)


@pytest.fixture(scope="session")
def make_image(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Make a folder as the Dockerfile does."""

    def make() -> Path:
        folder = tmp_path_factory.mktemp("image")
        shutil.copytree(APP, folder / "app")
        shutil.copytree(sample, folder / "model")
        (folder / "passport.json").write_text(json.dumps({"candidate": "digits-7f3c1e9a2b4d"}))
        return folder

    return make


@pytest.fixture(scope="session")
def environment() -> Callable[..., dict[str, str]]:
    """Make the environment of a container, on a port that the system gives."""
    return lambda **more: {"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1", "PORT": "0", **more}


@pytest.fixture(scope="session")
def running(make_image: Callable[[], Path], environment: Callable[..., dict[str, str]]) -> Iterator[str]:
    """The service in a process of its own; its address."""
    told = environment(RELEASE="digits-r1", IMAGE="images@sha256:00")
    command = [sys.executable, "-m", "app"]
    with subprocess.Popen(
        command, cwd=make_image(), env=told, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stderr
        said = next(line for line in process.stderr if "running on" in line)
        yield said.split("running on ")[1].split()[0]
        process.terminate()
        assert process.wait(10) is not None


@pytest.fixture
def candidate(tmp_path: Path) -> Callable[..., Path]:
    """Write a candidate whose model averages each channel: its scores are the pixels' means as the model sees them."""

    def make(
        shape: list[int | str | None], card: dict[str, object] | None = None, labels: str = "red\ngreen\nblue\n"
    ) -> Path:
        (tmp_path / "model.onnx").write_bytes(channel_means(shape))
        (tmp_path / "labels.txt").write_text(labels)
        (tmp_path / "card.yaml").write_text(yaml.safe_dump({"input": card or {}}))
        return tmp_path

    return make


def channel_means(shape: list[int | str | None]) -> bytes:
    """A model that reads NCHW or NHWC pictures of that shape."""
    axes = [2, 3] if shape[1] == 3 else [1, 2]
    graph = helper.make_graph(
        nodes=[helper.make_node("ReduceMean", ["picture"], ["means"], axes=axes, keepdims=0)],
        name="means",
        inputs=[helper.make_tensor_value_info("picture", TensorProto.FLOAT, shape)],
        outputs=[helper.make_tensor_value_info("means", TensorProto.FLOAT, [None, 3])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


@pytest.fixture
def data_url() -> Callable[..., str]:
    """Write a picture as a data URL."""

    def encode(picture: Image.Image, kind: str = "PNG") -> str:
        content = io.BytesIO()
        picture.save(content, kind)
        return f"data:image/{kind.lower()};base64,{base64.b64encode(content.getvalue()).decode()}"

    return encode
