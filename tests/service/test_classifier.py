"""Candidates decide what the service does: their model, labels and card."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper
from PIL import Image
from skl2onnx import to_onnx

from samples import training
from samples.digits import load
from samples.slow import export_slow
from service.app.classifier import Classifier, load_classifier, softmax
from service.app.errors import UnusableModel
from service.app.picture_format import PictureFormat
from service.app.pictures import flatten

type Candidate = Callable[..., Path]

ORANGE = Image.new("RGB", (40, 20), (255, 127, 0))


def pictures(classifier: Classifier) -> PictureFormat:
    """Return the format of the pictures that a model reads."""
    assert isinstance(classifier.input, PictureFormat)
    return classifier.input


@pytest.mark.parametrize("shape", [[1, 3, 8, 6], [None, 3, 8, 6], ["n", 8, 6, 3]])
def test_shape_decides(candidate: Candidate, shape: list[int | str | None]) -> None:
    """Size and order of the channels come from the model when the card is silent."""
    classifier = load_classifier(candidate(shape))
    assert (pictures(classifier).width, pictures(classifier).height) == (6, 8)
    assert list(classifier.classify(ORANGE)) == ["red", "green", "blue"]


def test_free_axes_need_the_card(candidate: Candidate) -> None:
    """A model that takes any size is served at the card's size, and not without it."""
    assert pictures(load_classifier(candidate([None, 3, "h", "w"], {"width": 5, "height": 4}))).shape == (1, 3, 4, 5)
    with pytest.raises(UnusableModel, match=r"input\.width"):
        load_classifier(candidate([None, 3, "h", "w"], {"height": 4}))


def test_scaling(candidate: Candidate) -> None:
    """Pixels are scaled, then centred and divided channel by channel."""
    card = {"scale": 0.01, "mean": [1.0, 0.0, 0.0], "std": [1.0, 1.0, 0.5]}
    classifier = load_classifier(candidate([1, 3, 8, 8], card))
    seen = classifier.model.run(classifier.input.tensors(Image.new("RGB", (9, 9), (100, 50, 50))))
    assert seen.tolist() == pytest.approx([0.0, 0.5, 1.0])


def test_logits_become_probabilities() -> None:
    """Scores of any size are turned into probabilities without overflowing."""
    assert softmax(np.array([1000.0, 1000.0, -1000.0])).tolist() == pytest.approx([0.5, 0.5, 0])


def test_plain_scores_are_served(tmp_path: Path) -> None:
    """A model that answers with scores agrees with the same model that answers with probabilities."""
    train, held_out = load()
    model = training.train_simple(train)
    (tmp_path / "model.onnx").write_bytes(export_slow(model))
    (tmp_path / "card.yaml").write_text("input: {width: 8, height: 8, channels: 1}")
    scores = load_classifier(tmp_path).classify(Image.fromarray(held_out.pictures[0]))
    expected = model.predict_proba(held_out.features[:1])[0]
    assert [scores[str(digit)] for digit in range(10)] == pytest.approx(expected.tolist(), abs=1e-4)


def test_transparent_pictures_show_the_background() -> None:
    """What is transparent is what the card says lies behind it."""
    clear = Image.new("RGBA", (2, 2), (255, 0, 0, 0))
    assert flatten(clear, "black").getpixel((0, 0)) == (0, 0, 0, 255)
    assert flatten(clear, "white").getpixel((0, 0)) == (255, 255, 255, 255)


@pytest.mark.parametrize(
    ("card", "words"),
    [
        ({"width": "8"}, "width must be"),
        ({"width": True}, "width must be"),
        ({"channels": 2}, "channels must be"),
        ({"layout": ["NCHW"]}, "layout must be"),
        ({"scale": float("nan")}, "scale must be"),
        ({"std": 0}, "std must be"),
        ({"mean": [0.1, 0.2]}, "mean and std"),
        ({"widht": 8}, "widht is not a setting"),
        ({"width": 7}, "the model reads"),
        ({"layout": "flat"}, "says layout flat"),
    ],
)
def test_unfit_cards(candidate: Candidate, card: dict[str, object], words: str) -> None:
    """A card that makes no sense, or describes another model, ends the start and says where."""
    with pytest.raises(UnusableModel, match=words):
        load_classifier(candidate([1, 3, 8, 8], card))


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ("red\ngreen\n", "names 2 labels, but the model answers with 3"),
        ("red\nred\nblue\n", "every class once"),
        ("\n", "once"),
    ],
)
def test_unfit_labels(candidate: Candidate, labels: str, words: str) -> None:
    """Labels must be as many as the model's answers, and different."""
    with pytest.raises(UnusableModel, match=words):
        load_classifier(candidate([1, 3, 8, 8], labels=labels))


def test_labels_may_be_missing(candidate: Candidate) -> None:
    """Without labels the classes are numbered."""
    folder = candidate([1, 3, 8, 8])
    (folder / "labels.txt").unlink()
    assert load_classifier(folder).labels == ["0", "1", "2"]


def test_card_that_is_no_yaml(candidate: Candidate) -> None:
    """A card that cannot be read ends the start."""
    folder = candidate([1, 3, 8, 8])
    (folder / "card.yaml").write_text("input: {")
    with pytest.raises(UnusableModel, match="not valid YAML"):
        load_classifier(folder)


@pytest.mark.parametrize("card", ["", "input:\n", "author: ada@example.com\n"])
def test_cards_may_be_short(candidate: Candidate, card: str) -> None:
    """A card that says nothing of the pictures leaves everything to the model."""
    folder = candidate([1, 3, 8, 8])
    (folder / "card.yaml").write_text(card)
    assert pictures(load_classifier(folder)).width == 8


def test_no_model(tmp_path: Path) -> None:
    """A candidate without a model cannot be served."""
    with pytest.raises(UnusableModel, match="holds none"):
        load_classifier(tmp_path)


def test_broken_model(candidate: Candidate) -> None:
    """A model that broke off on its way cannot be served, and the file is named."""
    folder = candidate([1, 3, 8, 8])
    content = (folder / "model.onnx").read_bytes()
    (folder / "model.onnx").write_bytes(content[: len(content) * 2 // 3])
    with pytest.raises(UnusableModel, match=r"model\.onnx cannot be loaded"):
        load_classifier(folder)


def test_answers_that_are_no_numbers(tmp_path: Path) -> None:
    """A model that diverged in training ends the start, and not every request."""
    pixels = helper.make_tensor_value_info("pixels", TensorProto.FLOAT, [None, 8, 8])
    scores = helper.make_tensor_value_info("scores", TensorProto.FLOAT, [None, 8, 8])
    # The logarithm of a black picture is minus infinity, of which no probabilities can be made.
    graph = helper.make_graph([helper.make_node("Log", ["pixels"], ["scores"])], "diverged", [pixels], [scores])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    (tmp_path / "model.onnx").write_bytes(model.SerializeToString())
    with pytest.raises(UnusableModel, match="no number"):
        load_classifier(tmp_path)


def test_several_inputs(tmp_path: Path) -> None:
    """A model that wants more than a picture is refused."""
    parts = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 64]) for name in ("one", "other", "sum")]
    graph = helper.make_graph([helper.make_node("Add", ["one", "other"], ["sum"])], "sum", parts[:2], parts[2:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    (tmp_path / "model.onnx").write_bytes(model.SerializeToString())
    with pytest.raises(UnusableModel, match="wants 2 inputs"):
        load_classifier(tmp_path)


def test_zipmap(tmp_path: Path) -> None:
    """An export with probabilities in a dictionary, as scikit-learn's are by default, answers as the model did."""
    train, held_out = load()
    model = training.train_simple(train)
    (tmp_path / "model.onnx").write_bytes(to_onnx(model, train.features[:1]).SerializeToString())
    (tmp_path / "card.yaml").write_text("input: {width: 8, height: 8, channels: 1}")
    scores = load_classifier(tmp_path).classify(Image.fromarray(held_out.pictures[0]))
    expected = dict(zip(map(str, model.classes_), model.predict_proba(held_out.features[:1])[0], strict=True))
    assert scores == pytest.approx(expected, abs=1e-4)
