"""Whether a service that reads pictures or rows can show them to a model, by what the model's header tells.

The sample service says the same when it starts; here it is said before anything is built.
"""

from __future__ import annotations

from typing import Any

from slipway.models.text import listed, shown
from slipway.uploads.validation.card_input import LAYOUTS, NAME, guessed_layout, sizes
from slipway.uploads.validation.onnx_header import Header
from slipway.uploads.validation.onnx_tensors import Tensor
from slipway.uploads.validation.tflite_header import STATEFUL

_ROWS = f"say input: rows in {NAME}"
# The data types that a picture may become, as ONNX numbers them, and names for what is found instead.
_PIXELS = (1, 2, 3, 6, 10, 11)
_PROBABILITIES = ("Softmax", "Sigmoid", "HardSigmoid", "Normalizer")  # operators that answer such
_OTHERS = {7: "int64", 8: "texts", 9: "booleans", 5: "int16", 16: "bfloat16"}


def problems(path: str, header: Header, card: object) -> list[str]:
    """Return why a model tells no classes apart, or cannot be shown pictures, and what to do; rows are believed.

    `card` is the content of card.yaml, which is checked elsewhere.
    """
    return _unshown(path, header, card) or _answer_problems(path, header, card)


def _unshown(path: str, header: Header, card: object) -> list[str]:
    """Return why pictures cannot be shown to a model; nothing where the card says that it reads rows."""
    settings = (card.get("input") if isinstance(card, dict) else None) or {}
    if not isinstance(settings, dict) or "rows" in settings or not header.inputs:
        return []
    if STATEFUL in header.operators:
        why = "remembers what it was asked before, so that the same picture is answered differently"
        return [f"{shown(path)} {why}: export it without state, for one request at a time."]
    if len(header.inputs) > 1:
        names = f"{len(header.inputs)} inputs ({listed([one.name for one in header.inputs])})"
        return [f"{shown(path)} wants {names}, and this service shows it one picture: export it with one, or {_ROWS}."]
    return [f"{shown(path)} {problem}." for problem in _input_problems(header.inputs[0], settings)][:1]


def _answer_problems(path: str, header: Header, card: object) -> list[str]:
    """Return that a model answers a number that is no probability, if it does and the card does not say otherwise."""
    output = card.get("output") if isinstance(card, dict) else None
    if header.classes != 1 or output or header.last_operator in ("", *_PROBABILITIES):
        return []
    told = f"{shown(path)} answers one number, by {shown(header.last_operator)}, and this service tells classes apart"
    cure = "if it is the probability of the second class, say output: {scores: probabilities}"
    return [f"{told}: {cure} in {NAME}; a regression takes a service of your own."]


def _input_problems(given: Tensor, settings: dict[str, Any]) -> list[str]:
    """Return why a picture does not fit a model's only input, as the rest of a sentence."""
    shape = given.shape
    if given.kind and given.kind not in _PIXELS:
        kind = _OTHERS.get(given.kind, "numbers of a kind that no picture has")
        return [f"reads {kind}, and this service shows it pictures: export it to read float32, or {_ROWS}"]
    if shape is None:
        return []
    told = ", ".join("?" if axis is None else str(axis) for axis in shape)
    if not 2 <= len(shape) <= 4:
        return [f"reads numbers in the shape [{told}], which is no picture: export it with 2 to 4 axes, or {_ROWS}"]
    if shape[0] not in (None, 1):
        return [f"reads [{told}], {shape[0]} examples at once, and is shown one: export it with a batch of 1"]
    layout = settings.get("layout") or guessed_layout(shape)
    if layout == "flat":
        if settings.get("width") and settings.get("height"):
            return []
        numbers = f"{shape[1]:,} numbers" if shape[1] else "a row of numbers"
        return [
            f"reads {numbers}, and this service shows it pictures: {_ROWS}, or the width and height of its pictures"
        ]
    return _size_problems(sizes(layout, shape), settings, told) if LAYOUTS.get(layout) == len(shape) else []


def _size_problems(fixed: dict[str, int | None], settings: dict[str, Any], told: str) -> list[str]:
    """Return why a picture has no size, or more colours than there are, as the rest of a sentence."""
    if open_sizes := [name for name, size in fixed.items() if size is None and not settings.get(name)]:
        setting = ", ".join(f"{name}: {3 if name == 'channels' else 224}" for name in open_sizes)
        return [f"takes pictures of any {' and '.join(open_sizes)}: say which in {NAME}, like 'input: {{{setting}}}'"]
    if fixed.get("channels", 1) not in (None, 1, 3):
        return [f"reads [{told}], which is no picture of 1 or 3 channels: say input.layout in {NAME}, or {_ROWS}"]
    return []
