"""Confidence is what the model says: by the operator that its numbers come from, or by its card."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from service.app.classifier import load_classifier
from service.app.errors import UnusableModel
from service.app.graph import last_operator

LOGITS = np.array([2.0, 1.0, 0.0], np.float32)
SOFT = np.exp(LOGITS) / np.exp(LOGITS).sum()
WHITE = Image.new("L", (2, 2), "white")

type Numbers = np.ndarray[Any, Any]


def model(folder: Path, answer: Numbers, *operators: str) -> Path:
    """Make a model that answers the same for every picture: a product with zeros, a sum, and then operators."""
    nodes = [helper.make_node("MatMul", ["picture", "zeros"], ["p"]), helper.make_node("Add", ["p", "answer"], ["0"])]
    for number, operator in enumerate(operators):
        extra = {"to": TensorProto.FLOAT} if operator == "Cast" else {}
        nodes.append(helper.make_node(operator, [str(number)], [str(number + 1)], **extra))
    graph = helper.make_graph(
        nodes,
        "model",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, [1, 4])],
        [helper.make_tensor_value_info(str(len(operators)), TensorProto.FLOAT, [1, 3])],
        [
            numpy_helper.from_array(np.zeros((4, 3), np.float32), "zeros"),
            numpy_helper.from_array(answer.reshape(1, 3).astype(np.float32), "answer"),
        ],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(made, folder / "model.onnx")
    (folder / "card.yaml").write_text("input: {width: 2, height: 2, channels: 1}")
    return folder


def shares(folder: Path) -> list[float]:
    told = load_classifier(folder).classify(WHITE)
    return [told[label] for label in ("0", "1", "2")]


@pytest.mark.parametrize(
    ("operators", "expected"),
    [
        (["Softmax"], SOFT),
        (["Softmax", "Cast", "Identity"], SOFT),
        (["LogSoftmax"], SOFT),
        (["Sigmoid"], 1 / (1 + np.exp(-LOGITS))),
        ([], SOFT),
    ],
)
def test_the_last_operator_tells(tmp_path: Path, operators: list[str], expected: Numbers) -> None:
    """Probabilities stay what they are, also of several labels at once; scores become probabilities, once."""
    assert shares(model(tmp_path, LOGITS, *operators)) == pytest.approx(expected.tolist(), abs=1e-5)


def test_shares_that_rounding_has_put_off_stay(tmp_path: Path) -> None:
    """A quantized model's add up to a little more or less than 1, and one may be a little outside."""
    assert shares(model(tmp_path, np.array([0.99, 0.03, -0.004]))) == pytest.approx([0.99, 0.03, 0])


@pytest.mark.parametrize(("scores", "expected"), [("logits", [0.5, 0.25, 0.25]), ("probabilities", [0.69, 0, 0])])
def test_the_card_has_the_last_word(tmp_path: Path, scores: str, expected: list[float]) -> None:
    """Where neither operator nor numbers tell."""
    folder = model(tmp_path, np.log(np.array([2.0, 1.0, 1.0])))
    (folder / "card.yaml").write_text(f"input: {{width: 2, height: 2, channels: 1}}\noutput: {{scores: {scores}}}")
    assert shares(folder) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("scores", ["probabilities", "log_probabilities", "logits"])
@pytest.mark.parametrize("number", [np.inf, np.nan])
def test_a_share_that_is_no_number_is_refused(tmp_path: Path, scores: str, number: float) -> None:
    """Infinity is not taken for certainty, whatever the card says of it."""
    folder = model(tmp_path, np.array([0.0, number, 0.0]))
    (folder / "card.yaml").write_text(f"input: {{width: 2, height: 2, channels: 1}}\noutput: {{scores: {scores}}}")
    with pytest.raises(UnusableModel, match="no number"):
        shares(folder)


def test_what_is_no_onnx_tells_nothing(tmp_path: Path) -> None:
    """ONNX Runtime has the word for it."""
    (tmp_path / "model.onnx").write_bytes(b"\xff" * 9)
    assert last_operator(tmp_path / "model.onnx", "scores") == ""


@pytest.mark.parametrize("name", ["MODEL.ONNX", "export/model.onnx"])
def test_the_model_is_found_however_it_is_called(tmp_path: Path, name: str) -> None:
    """The preflight takes it, so the service does."""
    folder = model(tmp_path, LOGITS)
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / "model.onnx").rename(folder / name)
    assert shares(folder) == pytest.approx(SOFT.tolist(), abs=1e-5)
