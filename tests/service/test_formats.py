"""Whatever format a model has, it answers as the model that it was exported from."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from service.app.classifier import Classifier, load_classifier
from service.app.errors import UnusableModel
from service.app.picture_format import PictureFormat
from tests.support.paths import ROOT

MODELS = ROOT / "tests" / "service" / "models"
HELD_OUT = np.load(MODELS / "held-out.npz")
FORMATS = ["digits", "digits.keras", "digits.h5", "digits.tflite", "digits-uint8.tflite", "digits-int8.tflite"]


def candidate(folder: Path, name: str, card: str = "") -> Path:
    """Write a candidate of one of the models."""
    source = MODELS / name
    if source.is_dir():
        shutil.copytree(source, folder, dirs_exist_ok=True)
    else:
        shutil.copy(source, folder)
    (folder / "card.yaml").write_text(card)
    return folder


def right(classifier: Classifier) -> float:
    """Return the share of the held-out digits that is read right."""
    answers = [next(iter(classifier.classify(Image.fromarray(one)))) for one in HELD_OUT["pictures"]]
    return float(np.mean([int(answer) == digit for answer, digit in zip(answers, HELD_OUT["digits"], strict=True)]))


@pytest.mark.parametrize("name", FORMATS)
def test_a_model_of_any_format_is_served(tmp_path: Path, name: str) -> None:
    """Its size, channels and types are found in the model; quantized numbers are converted by its own scale."""
    classifier = load_classifier(candidate(tmp_path, name))
    assert isinstance(classifier.input, PictureFormat)
    assert (classifier.input.shape, len(classifier.labels)) == ((1, 8, 8, 1), 10)
    assert right(classifier) > 0.88


@pytest.mark.parametrize("name", FORMATS)
def test_a_confidence_is_what_the_model_says(tmp_path: Path, name: str) -> None:
    """No second softmax makes it smaller: its last operator is one, and rounding does not hide that."""
    classifier = load_classifier(candidate(tmp_path, name))
    for picture in HELD_OUT["pictures"][:20]:
        scores = classifier.classify(Image.fromarray(picture))
        raw = np.sort(classifier.model.run(classifier.input.tensors(Image.fromarray(picture))))[::-1]
        assert list(scores.values()) == pytest.approx(raw.tolist(), abs=1e-6)
        assert sum(scores.values()) == pytest.approx(1, abs=0.02)


def test_a_card_may_say_that_answers_are_scores(tmp_path: Path) -> None:
    """Its author knows better than any rule."""
    classifier = load_classifier(candidate(tmp_path, "digits.tflite", "output: {scores: logits}"))
    assert max(classifier.classify(Image.fromarray(HELD_OUT["pictures"][0])).values()) < 0.3


@pytest.mark.parametrize("name", FORMATS)
def test_an_output_that_is_not_there_is_named(tmp_path: Path, name: str) -> None:
    """With those that are."""
    with pytest.raises(UnusableModel, match="names the output logits, but the model has"):
        load_classifier(candidate(tmp_path, name, "output: {name: logits}"))


@pytest.mark.parametrize("name", ["digits.keras", "digits.h5", "digits.tflite", "digits/saved_model.pb"])
def test_a_damaged_model_ends_the_start_with_a_sentence(tmp_path: Path, name: str) -> None:
    """It names the file, and no folder of ours."""
    content = (MODELS / name).read_bytes()
    (tmp_path / Path(name).name).write_bytes(content[: len(content) // 2])
    with pytest.raises(UnusableModel, match=rf"{Path(name).name} cannot be loaded \(.+\)") as refusal:
        load_classifier(tmp_path)
    assert str(tmp_path) not in str(refusal.value)


@pytest.mark.parametrize("name", ["digits.keras", "digits.h5", "digits.tflite"])
def test_a_name_in_capitals_is_read_as_well(tmp_path: Path, name: str) -> None:
    """As other systems write names."""
    folder = candidate(tmp_path, name)
    (folder / name).rename(folder / name.upper())
    assert right(load_classifier(folder)) > 0.88


def test_two_models_are_refused_by_name(tmp_path: Path) -> None:
    """Nobody knows which of them is meant."""
    for name in ("digits.keras", "digits.tflite"):
        candidate(tmp_path, name)
    with pytest.raises(UnusableModel, match=r"holds digits\.keras, digits\.tflite"):
        load_classifier(tmp_path)
