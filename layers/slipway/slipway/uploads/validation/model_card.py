"""card.yaml: what its author says of a model, and whether the model says the same."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from slipway.models.email_addresses import address
from slipway.models.text import listed, shown
from slipway.uploads.validation.onnx_header import Shape

NAME = "card.yaml"
LAYOUTS = {"flat": 2, "NHW": 3, "NCHW": 4, "NHWC": 4}
_LONGEST_AUTHOR = 320  # characters: of an address, and some for a name
_RESAMPLINGS = ("nearest", "box", "bilinear", "hamming", "bicubic", "lanczos")


def problems(content: object, shape: Shape | None) -> list[str]:
    """Return what is wrong with a card; `shape` is that of the model's input, if that is known."""
    if content is None:
        return []
    if not isinstance(content, dict):
        return [f"{NAME} is no block of settings: write it like 'author: ada@example.com'."]
    found = [*_author(content), *_metrics(content.get("metrics"))]
    settings = content.get("input") or {}
    if not isinstance(settings, dict):
        return [*found, f"{NAME}: input must be a block of settings like 'input: {{width: 224, height: 224}}'."]
    wrong = _settings(settings)
    return [*found, *(wrong or contradictions(settings, shape))]


def author_of(content: object) -> str:
    """Return the address of the author that a card names, nobody if it names none properly."""
    author = content.get("author") if isinstance(content, dict) else None
    return address(author) if isinstance(author, str) and len(author) <= _LONGEST_AUTHOR else ""


def _author(content: dict[Any, Any]) -> list[str]:
    if "author" not in content or author_of(content):
        return []
    return [f"{NAME}: author must have an e-mail address, by which people are known: write one like ada@example.com."]


def _metrics(metrics: object) -> list[str]:
    if metrics is None:
        return []
    if not isinstance(metrics, dict):
        return [f"{NAME}: metrics must be a block of numbers: write it like 'metrics: {{accuracy: 0.97}}'."]
    wrong = [
        str(name) if isinstance(name, str | int | float) else "?" for name, one in metrics.items() if not _number(one)
    ]
    return [f"{NAME}: metrics must be numbers, but {listed(wrong)} is none: write it like 'accuracy: 0.97'."] * bool(
        wrong
    )


def _settings(settings: dict[Any, Any]) -> list[str]:
    rules = [(name, *_RULES[name]) for name in _RULES if settings.get(name) is not None]
    found = [
        f"{NAME}: input.{name} must be {rule}: correct it." for name, fits, rule in rules if not fits(settings[name])
    ]
    unknown = [str(name) if isinstance(name, str) else "?" for name in settings if name not in _RULES]
    if unknown:
        found.append(f"{NAME}: input.{listed(unknown)} is no setting: take one of {', '.join(_RULES)}.")
    return found


def contradictions(settings: dict[str, Any], shape: Shape | None) -> list[str]:
    """Say where the card describes other pictures than the model reads."""
    if shape is None or not 2 <= len(shape) <= 4:
        return []
    layout = settings.get("layout") or layout_of(shape)
    if len(shape) != LAYOUTS[layout]:
        return [f"{NAME} says layout {layout}, but the model reads {_worded(shape)}: correct input.layout."]
    fixed = sizes(layout, shape)
    wrong = [name for name, size in fixed.items() if size and (settings.get(name) or size) != size]
    found = [
        f"{NAME} says input.{name} {settings[name]}, but the model reads {_worded(shape)}: make it {fixed[name]}."
        for name in wrong
    ]
    return found or (_area(settings, shape) if layout == "flat" else [])


def _area(settings: dict[str, Any], shape: Shape) -> list[str]:
    written = [settings.get(name) for name in ("width", "height", "channels")]
    if None in written or shape[1] is None or math.prod(int(size or 0) for size in written) == shape[1]:
        return []
    told = " x ".join(map(str, written))
    return [f"{NAME} describes pictures of {told}, but the model reads {shape[1]:,} numbers: correct input."]


def layout_of(shape: Shape) -> str:
    """Guess the layout from the number of axes, 2 to 4, and, of four, from where the channels stand."""
    if len(shape) == 4:
        return "NHWC" if shape[3] in (1, 3) and shape[1] not in (1, 3) else "NCHW"
    return "NHW" if len(shape) == 3 else "flat"


def sizes(layout: str, shape: Shape) -> dict[str, int | None]:
    """Return height, width and channels as far as a layout has axes for them; None for a free axis."""
    places = {"NCHW": (2, 3, 1), "NHWC": (1, 2, 3), "NHW": (1, 2)}.get(layout, ())
    return dict(zip(("height", "width", "channels"), (shape[place] for place in places), strict=False))


def _worded(shape: Shape) -> str:
    return shown(f"[{', '.join('?' if axis is None else str(axis) for axis in shape)}]")


def _number(value: object) -> bool:
    """YAML's true, false, .nan and .inf are no numbers here, though they are to Python."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return isinstance(value, int) or math.isfinite(value)


def _pixels(value: object) -> bool:
    return type(value) is int and 1 <= value <= 4096


def _numbers(value: object) -> bool:
    return all(map(_number, _several(value)))


def _positive(value: object) -> bool:
    return all(_number(one) and one > 0 for one in _several(value))


def _several(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _one_of(*names: object) -> Callable[[object], bool]:
    return lambda value: value in names


def _text(value: object) -> bool:
    return isinstance(value, str)


_RULES: dict[str, tuple[Callable[[object], bool], str]] = {
    "width": (_pixels, "1 to 4096 pixels"),
    "height": (_pixels, "1 to 4096 pixels"),
    "channels": (_one_of(1, 3), "1 (greyscale) or 3 (colour)"),
    "scale": (_number, "a number such as 0.00392"),
    "layout": (_one_of(*LAYOUTS), f"one of {', '.join(LAYOUTS)}"),
    "mean": (_numbers, "a number or a list of one per channel"),
    "std": (_positive, "above 0, one or one per channel"),
    "resample": (_one_of(*_RESAMPLINGS), f"one of {', '.join(_RESAMPLINGS)}"),
    "background": (_one_of("white", "black"), "white or black"),
    "expects": (_text, "a sentence"),
}
