"""Whether a service that reads pictures or rows can show them to a model, by what the model's header tells.

The sample service says the same when it starts; here it is said before anything is built.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from slipway.models.text import cited, listed, shown
from slipway.uploads.validation.card_input import LAYOUTS, NAME, guessed_layout, sizes
from slipway.uploads.validation.onnx_header import Header
from slipway.uploads.validation.onnx_tensors import Shape, Tensor
from slipway.uploads.validation.tflite_header import STATEFUL

_ROWS = f"say input: rows in {NAME}"
# The data types that a picture may become, as ONNX numbers them, and names for what is found instead.
_PIXELS = (1, 2, 3, 6, 10, 11)
_PROBABILITIES = ("Softmax", "Sigmoid", "HardSigmoid", "Normalizer")  # operators that answer such
_OTHERS = {7: "int64", 8: "texts", 9: "booleans", 5: "int16", 16: "bfloat16"}


def problems(path: str, header: Header, card: object) -> list[str]:
    """Return why a model tells no classes apart, or cannot be shown pictures or rows, and what to do.

    `card` is the content of card.yaml, which is checked elsewhere.
    """
    return _unshown(path, header, card) or _answer_problems(path, header, card)


def answering(header: Header, card: object) -> Header:
    """Return the header of a model with the one output that a card names, if it names one; it may be none of those."""
    output = card.get("output") if isinstance(card, dict) else None
    name = output.get("name") if isinstance(output, dict) else None
    return replace(header, outputs=[one for one in header.outputs if one.name == name]) if name else header


def _unshown(path: str, header: Header, card: object) -> list[str]:
    """Return why pictures cannot be shown to a model, or rows where the card says that it reads those."""
    settings = (card.get("input") if isinstance(card, dict) else None) or {}
    columns = {"rows": []} if settings == "rows" else settings
    if not isinstance(columns, dict) or not header.inputs:
        return []
    if STATEFUL in header.operators:
        why = "remembers what it was asked before, so that the same question is answered differently"
        return [f"{cited(path)} {why}: export it without state, for one request at a time."]
    if "rows" in columns:
        return [f"{cited(path)} {why}." for why in _row_problems(header, columns_are_listed=bool(columns["rows"]))]
    rows = "" if _row_problems(header, columns_are_listed=True) else f", or {_ROWS}"
    if len(header.inputs) > 1:
        names = f"{len(header.inputs)} inputs ({listed([one.name for one in header.inputs])})"
        return [f"{cited(path)} wants {names}, and this service shows it one picture: export it with one{rows}."]
    return [f"{cited(path)} {problem}." for problem in _input_problems(header.inputs[0], columns, rows)][:1]


def _answer_problems(path: str, header: Header, card: object) -> list[str]:
    """Return that a model answers a number that is no probability, if it does and the card does not say otherwise."""
    output = card.get("output") if isinstance(card, dict) else None
    if tells_classes(header, output.get("scores") if isinstance(output, dict) else None):
        return []
    by = f", by {shown(header.last_operator)}," if header.last_operator else ""
    told = f"{cited(path)} answers one number{by} and this service tells classes apart"
    cure = "if it is the probability of the second class, say output: {scores: probabilities}"
    return [f"{told}: {cure} in {NAME}; a regression takes a service of your own (docs/your-service.md)."]


def tells_classes(header: Header, scores: object = None) -> bool:
    """Return whether a model answers several numbers, or a probability as far as is known; `scores` is the card's word.

    A card that says anything else than `probabilities` makes no single number one.
    """
    is_probability = scores == "probabilities" or (not scores and header.last_operator in ("", *_PROBABILITIES))
    return header.classes != 1 or is_probability


def _input_problems(given: Tensor, settings: dict[str, Any], rows: str) -> list[str]:
    """Return why a picture does not fit a model's only input, as the rest of a sentence; `rows` is a cure, if one."""
    shape = given.shape
    if given.kind and given.kind not in _PIXELS:
        kind = _OTHERS.get(given.kind, "numbers of a kind that no picture has")
        return [f"reads {kind}, and this service shows it pictures: export it to read float32{rows}"]
    if shape is None:
        return []
    told = _words(shape)
    if not 2 <= len(shape) <= 4:
        return [f"reads numbers in the shape [{told}], which is no picture: export it with 2 to 4 axes{rows}"]
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


def _row_problems(header: Header, *, columns_are_listed: bool) -> list[str]:
    """Return why a row cannot be shown to a model, as the rest of a sentence."""
    shapes = [one.shape for one in header.inputs]
    if len(shapes) > 1 and any(axis not in (None, 1) for shape in shapes for axis in shape or ()):
        wide = next(one for one in header.inputs if any(axis not in (None, 1) for axis in one.shape or ()))
        why = f"wants {len(shapes)} inputs, and {shown(wide.name)} takes more than one number"
        return [f"{why}: export it with one input of all columns, or with an input for each"]
    if len(shapes) != 1 or (shape := shapes[0]) is None:
        return []
    told = _words(shape)
    if len(shape) != 2:
        return [f"reads numbers in the shape [{told}], and a row is of the shape [1, columns]: export it to read those"]
    if shape[0] not in (None, 1):
        return [f"reads [{told}], {shape[0]} rows at once, and is shown one: export it with a batch of 1"]
    if shape[1] is None and not columns_are_listed:
        return [f"takes rows of any length: list the columns in {NAME}, like 'input: {{rows: [age, height]}}'"]
    return []


def _size_problems(fixed: dict[str, int | None], settings: dict[str, Any], told: str) -> list[str]:
    """Return why a picture has no size, or more colours than there are, as the rest of a sentence."""
    if open_sizes := [name for name, size in fixed.items() if size is None and not settings.get(name)]:
        setting = ", ".join(f"{name}: {3 if name == 'channels' else 224}" for name in open_sizes)
        return [f"takes pictures of any {' and '.join(open_sizes)}: say which in {NAME}, like 'input: {{{setting}}}'"]
    if fixed.get("channels", 1) not in (None, 1, 3):
        return [f"reads [{told}], which is no picture of 1 or 3 channels: say input.layout in {NAME}, or {_ROWS}"]
    return []


def _words(shape: Shape) -> str:
    return ", ".join("?" if axis is None else str(axis) for axis in shape)
