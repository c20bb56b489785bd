"""Requests that are kept for the smoke tests of later releases."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from onnx import TensorProto, helper
from PIL import Image
from starlette.testclient import TestClient

from service.app.classifier import load_classifier
from service.app.samples import Samples, read_samples
from service.app.web import create_app

CARD = "input: {rows: [length, {name: colour, values: [red, green]}, width]}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where samples go."""
    (tmp_path / "samples").mkdir()
    return tmp_path / "samples"


@pytest.fixture
def rows(tmp_path: Path) -> Callable[[Samples], TestClient]:
    """Serve a model of two numbers and a category, and sample its requests."""
    inputs = [helper.make_tensor_value_info("row", TensorProto.FLOAT, [None, 3])]
    outputs = [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [None, 3])]
    graph = helper.make_graph([helper.make_node("Softmax", ["row"], ["scores"])], "rows", inputs, outputs)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    (tmp_path / "model.onnx").write_bytes(model.SerializeToString())
    (tmp_path / "card.yaml").write_text(CARD)
    return lambda samples: TestClient(create_app(load_classifier(tmp_path), {}, samples))


def keeping(folder: Path, *fields: str, percent: float = 100) -> Samples:
    """Sample every request, unless it is said otherwise."""
    return Samples(folder, percent, frozenset(fields))


def kept(folder: Path) -> list[object]:
    """What was kept."""
    return [json.loads(line) for path in folder.glob("*.jsonl") for line in path.read_text().splitlines()]


def test_columns_that_are_not_named_are_masked(folder: Path, rows: Callable[..., TestClient]) -> None:
    """They have a value that the model takes, the same in every sample, whether a row was a list or an object."""
    client = rows(keeping(folder, "length"))
    client.post("/predict", json={"row": [1.5, "green", 7], "name": "Ada"})
    client.post("/predict", json={"row": {"width": 8, "colour": "green", "length": 2.5}})
    assert kept(folder) == [{"input": {"row": [1.5, "red", 0]}}, {"input": {"row": [2.5, "red", 0]}}]
    assert all(client.post("/predict", json=line["input"]).status_code == 200 for line in kept(folder))  # type: ignore[index]


def test_all_columns_may_be_kept(folder: Path, rows: Callable[..., TestClient]) -> None:
    """By a star."""
    rows(keeping(folder, "*")).post("/predict", json={"row": [1, "green", 7]})
    assert kept(folder) == [{"input": {"row": [1, "green", 7]}}]


@pytest.mark.parametrize("fields", [("image",), ("weight",), ("Length",)])
def test_without_a_column_of_the_model_nothing_is_kept(
    folder: Path, rows: Callable[..., TestClient], fields: tuple[str, ...]
) -> None:
    """A row of masks tells nothing."""
    assert rows(keeping(folder, *fields)).post("/predict", json={"row": [1, "green", 7]}).status_code == 200
    assert kept(folder) == []


@pytest.mark.parametrize(("fields", "count"), [(("image",), 1), (("*",), 0), (("length",), 0)])
def test_a_picture_is_kept_if_it_is_named(
    folder: Path, sample: Path, data_url: Callable[..., str], fields: tuple[str, ...], count: int
) -> None:
    """A picture cannot be masked; what else the body says is left out."""
    client = TestClient(create_app(load_classifier(sample), {}, keeping(folder, *fields)))
    url = data_url(Image.new("L", (28, 28)))
    assert client.post("/predict", json={"image": url, "user": "Ada"}).status_code == 200
    assert kept(folder) == [{"input": {"image": url}}] * count


def test_the_smoke_test_is_not_sampled(folder: Path, rows: Callable[..., TestClient]) -> None:
    """Else its golden set, and what it replays, would be taken for what users ask."""
    rows(keeping(folder, "*")).post("/predict", json={"row": [1, "green", 7]}, headers={"User-Agent": "slipway"})
    assert kept(folder) == []


def test_what_is_refused_is_not_sampled(folder: Path, rows: Callable[..., TestClient]) -> None:
    """It would be refused again."""
    client = rows(keeping(folder, "*"))
    assert client.post("/predict", json={"row": [1, "blue", 7]}).status_code == 400
    assert client.post("/predict", content=b"{").status_code == 400
    assert kept(folder) == []


def test_a_share_is_sampled(folder: Path, rows: Callable[..., TestClient], monkeypatch: pytest.MonkeyPatch) -> None:
    """As chance has it."""
    chances = iter([0.0, 0.25, 0.2499, 0.9])
    monkeypatch.setattr("service.app.samples.random.random", lambda: next(chances))
    client = rows(keeping(folder, "length", percent=25))
    for length in range(4):
        client.post("/predict", json={"row": [length, "green", 7]})
    assert [line["input"]["row"][0] for line in kept(folder)] == [0, 2]  # type: ignore[index]


def test_what_cannot_be_written_changes_no_answer(
    folder: Path, rows: Callable[..., TestClient], capsys: pytest.CaptureFixture[str]
) -> None:
    """It is told once."""
    folder.rmdir()
    client = rows(keeping(folder, "*"))
    answers = [client.post("/predict", json={"row": [1, "green", 7]}).status_code for _ in range(3)]
    assert answers == [200, 200, 200]
    assert capsys.readouterr().err.count("could not be sampled") == 1


def test_lines_and_files_are_bounded(
    folder: Path, rows: Callable[..., TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is too long is left out, and so is what comes when the file of the day is full."""
    line = len(b'{"input": {"row": [1, "green", 7]}}\n')
    monkeypatch.setattr("service.app.samples._LONGEST", line)
    monkeypatch.setattr("service.app.samples._LARGEST", 2 * line)
    client = rows(keeping(folder, "*"))
    for length in (22, 1, 3, 4):
        client.post("/predict", json={"row": [length, "green", 7]})
    assert [line["input"]["row"][0] for line in kept(folder)] == [1, 3]  # type: ignore[index]


def test_only_the_file_of_the_day_stays(folder: Path, rows: Callable[..., TestClient]) -> None:
    """The bucket has the others; what is no file of samples is left alone."""
    for name in ("2026-01-01.jsonl", "other.txt"):
        (folder / name).write_text("{}\n")
    rows(keeping(folder, "*")).post("/predict", json={"row": [1, "green", 7]})
    today = time.strftime("%Y-%m-%d", time.gmtime())
    assert {path.name for path in folder.iterdir()} == {f"{today}.jsonl", "other.txt"}


def test_the_environment_says_what_is_sampled() -> None:
    """Names may have blanks around them."""
    told = {"SAMPLES_FOLDER": "/samples", "SAMPLE_PERCENT": "0.5", "SAMPLE_FIELDS": "petal length, age ,"}
    assert read_samples(told) == Samples(Path("/samples"), 0.5, frozenset({"petal length", "age"}))


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"SAMPLES_FOLDER": "/samples"},
        {"SAMPLES_FOLDER": "/samples", "SAMPLE_PERCENT": "0", "SAMPLE_FIELDS": "age"},
        {"SAMPLES_FOLDER": "/samples", "SAMPLE_PERCENT": "5", "SAMPLE_FIELDS": " ,"},
        {"SAMPLES_FOLDER": "/samples", "SAMPLE_PERCENT": "5"},
        {"SAMPLES_FOLDER": "/samples", "SAMPLE_PERCENT": "a few", "SAMPLE_FIELDS": "age"},
        {"SAMPLE_PERCENT": "5", "SAMPLE_FIELDS": "age"},
    ],
)
def test_nothing_is_sampled_unless_all_is_said(told: dict[str, str]) -> None:
    """Folder, share and fields; a share that is no number starts the service, too."""
    assert read_samples(told) is None
