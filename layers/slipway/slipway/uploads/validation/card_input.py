"""The block `input` of card.yaml: what is wrong with it by itself, and beside what the model says of its input."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from slipway.models.text import listed, shown
from slipway.uploads.validation.onnx_tensors import Shape

NAME = "card.yaml"
_LARGEST = 1e300  # either way: Python makes no float of larger whole numbers, and writes none of them out
LAYOUTS = {"flat": 2, "NHW": 3, "NCHW": 4, "NHWC": 4}
_RESAMPLINGS = ("nearest", "box", "bilinear", "hamming", "bicubic", "lanczos")


def problems(settings: object, shape: Shape | None) -> list[str]:
    """Return what is wrong with the block; `shape` is that of the model's input, if that is known."""
    if settings == "rows":
        return []
    if not isinstance(settings, dict):
        return [f"{NAME}: input must be a block like 'input: {{width: 224, height: 224}}', or the word rows."]
    if "rows" in settings:
        return _rows(settings, shape)
    return _input_problems(settings) or contradictions(settings, shape)


def _input_problems(settings: dict[Any, Any]) -> list[str]:
    """Return what is wrong with the settings of the input, each by itself."""
    rules = [(name, *_RULES[name]) for name in _RULES if settings.get(name) is not None]
    found = [
        f"{NAME}: input.{name} must be {rule}: correct it." for name, fits, rule in rules if not fits(settings[name])
    ]
    unknown = [str(name) if isinstance(name, str) else "?" for name in settings if name not in _RULES]
    if unknown:
        found.append(f"{NAME}: input.{listed(unknown)} is no setting: take one of {', '.join(_RULES)}.")
    return found


def _rows(settings: dict[Any, Any], shape: Shape | None) -> list[str]:
    """Return what is wrong with the columns of a model that reads rows."""
    columns = settings["rows"]
    if list(settings) != ["rows"] or not isinstance(columns, list) or not all(map(_is_column, columns)):
        written = "'input: {rows: [age, {name: colour, values: [red, green]}]}'"
        return [f"{NAME}: input.rows must list columns, and nothing beside them: write it like {written}."]
    width = shape[1] if shape is not None and len(shape) == 2 else None
    if width is not None and columns and len(columns) != width:
        return [f"{NAME} lists {len(columns)} columns, but the model reads {width:,} numbers: correct input.rows."]
    return []


def _is_column(column: object) -> bool:
    if not isinstance(column, dict):
        return isinstance(column, str)
    values = column.get("values")
    whole = set(column) == {"name", "values"} and isinstance(column["name"], str)
    return whole and isinstance(values, list) and bool(values) and all(isinstance(one, str) for one in values)


def contradictions(settings: dict[str, Any], shape: Shape | None) -> list[str]:
    """Return a sentence for each setting of the input that does not fit the shape that the model reads."""
    if shape is None or not 2 <= len(shape) <= 4:
        return []
    layout = settings.get("layout") or guessed_layout(shape)
    if len(shape) != LAYOUTS[layout]:
        return [f"{NAME} says layout {layout}, but the model reads {_shape_text(shape)}: correct input.layout."]
    fixed = sizes(layout, shape)
    wrong = [name for name, size in fixed.items() if size and (settings.get(name) or size) != size]
    found = [
        f"{NAME} says input.{name} {settings[name]}, but the model reads {_shape_text(shape)}: make it {fixed[name]}."
        for name in wrong
    ]
    return found or (_area_problems(settings, shape) if layout == "flat" else [])


def _area_problems(settings: dict[str, Any], shape: Shape) -> list[str]:
    """Return the sentence that width, height and channels do not multiply to the length of a flat input, if so."""
    written = [settings.get(name) for name in ("width", "height", "channels")]
    if None in written or shape[1] is None or math.prod(int(size or 0) for size in written) == shape[1]:
        return []
    told = " x ".join(map(str, written))
    return [f"{NAME} describes pictures of {told}, but the model reads {shape[1]:,} numbers: correct input."]


def guessed_layout(shape: Shape) -> str:
    """Return the layout of a shape of 2 to 4 axes, by their number and, of four, by where the channels stand."""
    if len(shape) == 4:
        return "NHWC" if shape[3] in (1, 3) and shape[1] not in (1, 3) else "NCHW"
    return "NHW" if len(shape) == 3 else "flat"


def sizes(layout: str, shape: Shape) -> dict[str, int | None]:
    """Return the height, width and channels in a shape, as far as the layout has them; None for a free axis."""
    places = {"NCHW": (2, 3, 1), "NHWC": (1, 2, 3), "NHW": (1, 2)}.get(layout, ())
    return dict(zip(("height", "width", "channels"), (shape[place] for place in places), strict=False))


def _shape_text(shape: Shape) -> str:
    """Return a shape in words: `[?, 224, 224, 3]`."""
    return shown(f"[{', '.join('?' if axis is None else str(axis) for axis in shape)}]")


def is_number(value: object) -> bool:
    """Return whether a value is a number that a float can hold; YAML's true and false are none, unlike in Python."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _LARGEST


def _is_pixels(value: object) -> bool:
    return type(value) is int and 1 <= value <= 4096


def _are_numbers(value: object) -> bool:
    return all(map(is_number, _as_list(value)))


def _are_positive(value: object) -> bool:
    return all(is_number(one) and one > 0 for one in _as_list(value))


def _as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _one_of(*names: object) -> Callable[[object], bool]:
    return lambda value: value in names and not isinstance(value, bool)  # to Python, true is 1


def _is_text(value: object) -> bool:
    return isinstance(value, str)


_RULES: dict[str, tuple[Callable[[object], bool], str]] = {
    "width": (_is_pixels, "1 to 4096 pixels"),
    "height": (_is_pixels, "1 to 4096 pixels"),
    "channels": (_one_of(1, 3), "1 (greyscale) or 3 (colour)"),
    "scale": (is_number, "a number such as 0.00392"),
    "layout": (_one_of(*LAYOUTS), f"one of {', '.join(LAYOUTS)}"),
    "mean": (_are_numbers, "a number or a list of one per channel"),
    "std": (_are_positive, "above 0, one or one per channel"),
    "order": (_one_of("RGB", "BGR"), "RGB or BGR"),
    "fit": (_one_of("stretch", "crop", "pad"), "stretch, crop or pad"),
    "resample": (_one_of(*_RESAMPLINGS), f"one of {', '.join(_RESAMPLINGS)}"),
    "background": (_one_of("white", "black"), "white or black"),
    "expects": (_is_text, "a sentence"),
}
