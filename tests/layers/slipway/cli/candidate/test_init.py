"""`slipway init` begins the files beside a model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml
from skl2onnx import to_onnx
from sklearn.linear_model import LinearRegression, LogisticRegression

from tests.layers.slipway.cli.conftest import Command
from tests.support.made_models import keras, onnx, saved_graph, signature, tensor_info


@pytest.mark.parametrize("shape", [(1, 3, 224, 224), ("batch", 224, 224, 3), (1, 28, 28), (1, 64), (1, 2, 3, 4, 5)])
def test_what_it_begins_is_fit(tmp_path: Path, service: Path, command: Command, shape: tuple[int, ...]) -> None:
    """All that is missing then is the golden set, which only a person has."""
    folder = tmp_path / "owls"
    folder.mkdir()
    (folder / "model.onnx").write_bytes(onnx(shape))
    assert command("init", folder, "--author", "ada@example.com") == 0
    assert len((folder / "labels.txt").read_text().splitlines()) == 10
    record = tmp_path / "owls.suite"
    (record / "golden/7.png").write_bytes(b"7")
    (record / "golden/expected.csv").write_text("file,expected,name\n7.png,class 1,a seven\n")
    assert command("check", folder, "--service", service, "--record", record) == 0


@pytest.mark.parametrize(("width", "row"), [(4, "[1, 2, 3, 4]"), ("any", "[1, 2, 3]"), (99, "12, 13, …]")])
def test_the_line_that_is_shown_is_one_of_the_model(
    tmp_path: Path, command: Command, capsys: pytest.CaptureFixture[str], width: int | str, row: str
) -> None:
    """With as many numbers as it reads."""
    (tmp_path / "model.onnx").write_bytes(onnx((1, width)))
    assert command("init", tmp_path) == 0
    assert row in capsys.readouterr().out
    columns = yaml.safe_load((tmp_path / "card.yaml").read_text())["input"]
    assert columns == ("rows" if isinstance(width, int) else {"rows": ["age", "height", "weight"]})


FLOWERS = {"x": tensor_info(("n", 4))}, {"y": tensor_info(("n", 3))}
LAYERS = [
    {"class_name": "InputLayer", "config": {"name": "x", "batch_shape": [None, 8, 8, 1], "dtype": "float32"}},
    {"class_name": "Flatten", "config": {"name": "flat"}},
    {"class_name": "Dense", "config": {"name": "y", "units": 3, "activation": "softmax"}},
]


@pytest.mark.parametrize(
    ("name", "content", "given"),
    [
        ("saved_model.pb", saved_graph(b"", signature(*FLOWERS)), "rows"),
        ("export/saved_model.pb", saved_graph(b"", signature(*FLOWERS)), "rows"),
        (
            "model.keras",
            keras({"class_name": "Sequential", "config": {"layers": LAYERS}}),
            {"layout": "NHWC", "height": 8, "width": 8, "channels": 1},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_format_tells_its_input_and_its_classes(
    tmp_path: Path, command: Command, name: str, content: bytes, given: object
) -> None:
    """By the header that the preflight reads."""
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(content)
    assert command("init", tmp_path) == 0
    assert yaml.safe_load((tmp_path / "card.yaml").read_text())["input"] == given
    assert (tmp_path / "labels.txt").read_text().splitlines() == ["class 0", "class 1", "class 2"]


def test_one_probability_gets_two_labels(tmp_path: Path, command: Command) -> None:
    """It is that of the second class."""
    (tmp_path / "model.onnx").write_bytes(onnx((1, 4), outputs=[((1, 1), 1)]))
    assert command("init", tmp_path) == 0
    assert (tmp_path / "labels.txt").read_text().splitlines() == ["class 0", "class 1"]
    assert "labels.txt names both" in (tmp_path / "card.yaml").read_text()


@pytest.mark.parametrize(("answers", "names"), [(["no", "yes"], ["no", "yes"]), ([-1, 7], ["-1", "7"])])
def test_the_names_that_a_model_has_for_its_classes_are_kept(
    tmp_path: Path, command: Command, capsys: pytest.CaptureFixture[str], answers: list[object], names: list[str]
) -> None:
    """As the service does that finds no labels.txt."""
    model = LogisticRegression().fit([[0.0], [1.0]] * 5, answers * 5)
    for options in ({}, {"zipmap": False}):
        content = to_onnx(model, np.zeros((1, 1), np.float32), options=options).SerializeToString()
        (tmp_path / "model.onnx").write_bytes(content)
        (tmp_path / "labels.txt").unlink(missing_ok=True)
        assert command("init", tmp_path) == 0
        assert (tmp_path / "labels.txt").read_text().splitlines() == names
        assert f'"expected": "{names[0]}"' in capsys.readouterr().out


def test_a_regression_has_no_labels(tmp_path: Path, command: Command) -> None:
    """The card says why."""
    model = LinearRegression().fit([[0.0], [1.0]], [0.5, 3.0])
    (tmp_path / "model.onnx").write_bytes(to_onnx(model, np.zeros((1, 1), np.float32)).SerializeToString())
    assert command("init", tmp_path) == 0
    assert not (tmp_path / "labels.txt").exists()
    assert "one number that is no probability" in (tmp_path / "card.yaml").read_text()


def test_an_input_for_each_column_is_a_row(
    tmp_path: Path, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    """As pipelines of scikit-learn are exported; the line that is shown names them."""
    inputs = {"age": tensor_info(("n", 1)), "colour": tensor_info(("n", 1), 7)}
    (tmp_path / "saved_model.pb").write_bytes(saved_graph(b"", signature(inputs, {"y": tensor_info(("n", 3))})))
    assert command("init", tmp_path) == 0
    assert yaml.safe_load((tmp_path / "card.yaml").read_text())["input"] == "rows"
    assert '{"row": {"age": 1, "colour": "a text"}}' in capsys.readouterr().out


def test_a_model_that_cannot_be_read_is_no_hindrance(
    tmp_path: Path, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    """The check tells what is wrong with it."""
    (tmp_path / "model.keras").write_bytes(b"PK\x03\x04")
    assert command("init", tmp_path) == 0
    assert yaml.safe_load((tmp_path / "card.yaml").read_text()) is None
    assert f"No model in {tmp_path} tells what it reads" in capsys.readouterr().out


def test_a_model_of_rows_gets_a_card_and_a_list_of_rows(tmp_path: Path, service: Path, command: Command) -> None:
    """Four numbers are no picture."""
    folder = tmp_path / "flowers"
    folder.mkdir()
    (folder / "model.onnx").write_bytes(onnx((1, 4)))
    assert command("init", folder) == 0
    assert yaml.safe_load((folder / "card.yaml").read_text())["input"] == "rows"
    record = tmp_path / "flowers.suite"
    (record / "golden/expected.jsonl").write_text('{"input": {"row": [1, 2, 3, 4]}, "expected": "class 1"}\n')
    assert command("check", folder, "--service", service, "--record", record) == 0


@pytest.mark.parametrize(("numbers", "side"), [(784, 28), (64, 8), (49, 7)])
def test_as_many_numbers_as_a_square_has_are_taken_for_pictures(
    tmp_path: Path, command: Command, numbers: int, side: int
) -> None:
    """As the usual first network for digits reads them."""
    (tmp_path / "model.onnx").write_bytes(onnx((1, numbers)))
    assert command("init", tmp_path) == 0
    written = yaml.safe_load((tmp_path / "card.yaml").read_text())["input"]
    assert written == {"layout": "flat", "height": side, "width": side, "channels": 1}


def test_a_golden_set_without_a_case_is_asked_for(
    model: Path, service: Path, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    """The suite is not silently one that checks nothing."""
    assert command("init", model) == 0
    record = model.with_name("birds.suite")
    assert command("check", model, "--service", service, "--record", record) == 1
    assert "`accuracy` and `compare` need a golden set" in capsys.readouterr().out


def test_what_is_there_stays(model: Path, command: Command) -> None:
    """It is the author's."""
    before = (model / "labels.txt").read_text()
    assert command("init", model) == 0
    assert (model / "labels.txt").read_text() == before
