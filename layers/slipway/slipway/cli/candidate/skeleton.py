"""What the files beside a model begin with, by what its header tells."""

from __future__ import annotations

import json
from collections.abc import Iterator
from math import isqrt

from slipway.models.formatting import counted
from slipway.uploads.validation import card_input, servable
from slipway.uploads.validation.onnx_header import Header
from slipway.uploads.validation.onnx_tensors import Shape

_SMALLEST_PICTURE = 7  # pixels of a side
_SHOWN = 13  # values of a row
_COLUMNS = ("age", "height", "weight")  # of a row, where the model does not tell how many it reads
_TEXT = 8  # ONNX's data type


def class_names(header: Header) -> list[str]:
    """Return what labels.txt begins with: the model's own names, else numbered ones; empty if they are not known."""
    if names := header.class_names:
        fit = all(name and name == name.strip() and name.isprintable() for name in names)
        return names if fit and len(set(names)) == len(names) else []
    return [f"class {number}" for number in range(header.labels or 0)] if servable.tells_classes(header) else []


def golden_line(header: Header) -> str:
    """Return a line of a golden list with as many values as the model reads, of many the first."""
    names = [one.name for one in header.inputs] if len(header.inputs) > 1 else []
    count = len(names) or _width(header) or len(_COLUMNS)
    kinds = [one.kind for one in header.inputs] * (1 if names else count)
    values = ['"a text"' if kind == _TEXT else str(number) for number, kind in enumerate(kinds, 1)]
    parts = [f"{json.dumps(name)}: {value}" for name, value in zip(names, values, strict=False)] or values
    shown = ", ".join(parts[:_SHOWN]) + (", …" if len(parts) > _SHOWN else "")
    row = f"{{{shown}}}" if names else f"[{shown}]"
    expected = json.dumps((class_names(header) or ["class 0"])[0], ensure_ascii=False)
    return f'{{"input": {{"row": {row}}}, "expected": {expected}}}'


def _width(header: Header) -> int | None:
    """Return how many numbers the model's only input has in a row; None if it does not tell."""
    return header.picture[1] if header.picture else None


def reads_rows(header: Header) -> bool:
    """Return whether a model reads rows: one axis of numbers that are no square picture, or an input a column."""
    if len(header.inputs) > 1:
        return not servable.problems("", header, {"input": "rows", "output": {"scores": "probabilities"}})
    shape = header.picture
    if shape is None or len(shape) != 2:
        return False
    side = isqrt(shape[1] or 0)
    return side < _SMALLEST_PICTURE or side * side != shape[1]


def card_lines(author: str, header: Header) -> Iterator[str]:
    """Yield the lines of a card.yaml, with what the model's header tells filled in."""
    yield f"author: {author}" if author else "# author: ada@example.com  # who does not approve their own model"
    yield "# metrics: {accuracy: 0.97}  # what the approvers are shown"
    yield "# notes: what is new in it"
    if not servable.tells_classes(header):
        yield "# The model answers one number that is no probability: the sample service tells classes apart."
    elif header.classes == 1:
        yield "# The model answers one probability, that of the second class: labels.txt names both, one a line."
    elif header.classes:
        yield f"# The model answers {counted(header.classes, 'number')}: labels.txt names each, one a line."
    yield from _input_lines(header)


def _input_lines(header: Header) -> Iterator[str]:
    """Yield the lines of a card.yaml about the model's input; commented out if its shape is not known."""
    shape = header.picture
    if reads_rows(header):
        told = f"the model reads {_text(shape)}" if shape else "the model has an input for each column"
        known = len(header.inputs) > 1 or _width(header)
        columns = "rows" if known else f"{{rows: [{', '.join(_COLUMNS)}]}}"
        yield f"input: {columns}  # {told}; docs/models.md has names, categories, and flat pictures"
        return
    if shape is None or not 2 <= len(shape) <= 4:
        yield "# input: {width: 224, height: 224, channels: 3}  # where the model does not tell"
        return
    layout = card_input.guessed_layout(shape)
    sizes = card_input.sizes(layout, shape)
    if layout == "flat":
        yield "# These numbers look like a square picture; for a model of rows, write instead: input: rows"
        sizes = {"height": isqrt(shape[1] or 0), "width": isqrt(shape[1] or 0), "channels": 1}
    yield f"input:  # the model reads {_text(shape)}"
    yield f"  layout: {layout}"
    for name, size in sizes.items():
        yield f"  {name}: {size}" if size else f"  # {name}: 28  # the model does not tell it"
    yield "  # scale: 0.00392156862745098  # of pixels 0 to 255; then (pixel * scale - mean) / std"
    yield "  # mean: [0.485, 0.456, 0.406]"
    yield "  # std: [0.229, 0.224, 0.225]"


def _text(shape: Shape) -> str:
    """Return a shape in words: `[?, 224, 224, 3]`."""
    return f"[{', '.join('?' if axis is None else str(axis) for axis in shape)}]"
