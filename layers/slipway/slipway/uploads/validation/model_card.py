"""card.yaml: what its author says of a model, and whether the model says the same."""

from __future__ import annotations

import math
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

from slipway.models.email_addresses import address
from slipway.models.text import listed, shown
from slipway.uploads.validation.onnx_header import Shape

NAME = "card.yaml"
MEMBERS = ("author", "notes", "metrics", "input", "output")
SCORES = ("probabilities", "log_probabilities", "logits")
LAYOUTS = {"flat": 2, "NHW": 3, "NCHW": 4, "NHWC": 4}
_LONGEST_AUTHOR = 320  # characters: of an address, and some for a name
_RESAMPLINGS = ("nearest", "box", "bilinear", "hamming", "bicubic", "lanczos")


def problems(content: object, shape: Shape | None) -> list[str]:
    """Return what is wrong with a card.yaml; `shape` is that of the model's input, None if not known."""
    if content is None:
        return []
    if not isinstance(content, dict):
        return [f"{NAME} is no block of settings: write it like 'author: ada@example.com'."]
    found = [*_misspelt(content), *_author_problems(content), *_metrics_problems(content.get("metrics"))]
    settings = content.get("input") or {}
    if not isinstance(settings, dict):
        return [*found, f"{NAME}: input must be a block of settings like 'input: {{width: 224, height: 224}}'."]
    found += _output_problems(content.get("output"))
    wrong = _input_problems(settings)
    return [*found, *(wrong or contradictions(settings, shape))]


def author_of(content: object) -> str:
    """Return the e-mail address of the author in a card.yaml; empty if it names none properly."""
    author = content.get("author") if isinstance(content, dict) else None
    return address(author) if isinstance(author, str) and len(author) <= _LONGEST_AUTHOR else ""


def _misspelt(content: dict[Any, Any]) -> list[str]:
    """Return a sentence for each member that is almost one of ours; any others are the author's own."""
    found = []
    for name in content:
        close = get_close_matches(name, MEMBERS, 1, 0.75) if isinstance(name, str) and name not in MEMBERS else []
        found += [f"{NAME}: {shown(name)} is not known here: perhaps {one} is meant." for one in close]
    return found


def _output_problems(output: object) -> list[str]:
    """Return what is wrong with the block `output`."""
    if output is None:
        return []
    known = isinstance(output, dict) and set(output) <= {"scores"} and output.get("scores") in (None, *SCORES)
    return [] if known else [f"{NAME}: output must be {{scores: …}} with one of {', '.join(SCORES)}: correct it."]


def _author_problems(content: dict[Any, Any]) -> list[str]:
    """Return the sentence that the author has no e-mail address, if so."""
    if "author" not in content or author_of(content):
        return []
    return [f"{NAME}: author must have an e-mail address, by which people are known: write one like ada@example.com."]


def _metrics_problems(metrics: object) -> list[str]:
    """Return what is wrong with the metrics: each must be a number."""
    if metrics is None:
        return []
    if not isinstance(metrics, dict):
        return [f"{NAME}: metrics must be a block of numbers: write it like 'metrics: {{accuracy: 0.97}}'."]
    names = [name for name, one in metrics.items() if not _is_number(one)]
    wrong = listed([str(name) if isinstance(name, str | int | float) else "?" for name in names])
    return [f"{NAME}: metrics must be numbers, but {wrong} is none: write it like 'accuracy: 0.97'."] if names else []


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


def _is_number(value: object) -> bool:
    """Return whether a value is a finite number; YAML's true and false are none, though they are to Python."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return isinstance(value, int) or math.isfinite(value)


def _is_pixels(value: object) -> bool:
    return type(value) is int and 1 <= value <= 4096


def _are_numbers(value: object) -> bool:
    return all(map(_is_number, _as_list(value)))


def _are_positive(value: object) -> bool:
    return all(_is_number(one) and one > 0 for one in _as_list(value))


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
    "scale": (_is_number, "a number such as 0.00392"),
    "layout": (_one_of(*LAYOUTS), f"one of {', '.join(LAYOUTS)}"),
    "mean": (_are_numbers, "a number or a list of one per channel"),
    "std": (_are_positive, "above 0, one or one per channel"),
    "resample": (_one_of(*_RESAMPLINGS), f"one of {', '.join(_RESAMPLINGS)}"),
    "background": (_one_of("white", "black"), "white or black"),
    "expects": (_is_text, "a sentence"),
}
