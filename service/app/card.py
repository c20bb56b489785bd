"""The candidate's card.yaml: what it says of the pictures that the model reads."""

import math
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml
from PIL import Image

from .errors import UnusableModel

LAYOUTS = {"flat": 2, "NHW": 3, "NCHW": 4, "NHWC": 4}
SCORES = ("probabilities", "log_probabilities", "logits")
RESAMPLINGS = {one.name.lower(): one for one in Image.Resampling}


@dataclass(frozen=True)
class Card:
    """The card's `input` block, and the `scores` of its `output` block: what the model's numbers are, if it says so.

    What is None is taken from the shape of the model's input.

    A pixel of 0..255 reaches the model as (pixel * scale - mean) / std; mean and std hold one value or one per channel.
    """

    width: int | None = None
    height: int | None = None
    channels: int | None = None
    layout: str | None = None
    scale: float | None = None
    mean: list[float] = field(default_factory=lambda: [0.0])
    std: list[float] = field(default_factory=lambda: [1.0])
    resample: str = "bilinear"
    background: str = "white"
    expects: str = "a picture"
    scores: str = ""

    def __post_init__(self) -> None:
        for name in ("width", "height"):
            size = getattr(self, name)
            demand(size is None or (is_whole(size) and 1 <= size <= 4096), f"{name} must be 1 to 4096 pixels")
        demand(
            self.channels in (None, 1, 3) and self.channels is not True, "channels must be 1 (greyscale) or 3 (colour)"
        )
        demand(self.layout is None or self.layout in list(LAYOUTS), f"layout must be one of {', '.join(LAYOUTS)}")
        demand(self.scale is None or is_number(self.scale), "scale must be a number such as 0.00392")
        demand(all(map(is_number, self.mean)), "mean must be a number or a list of one per channel")
        demand(all(is_number(value) and value > 0 for value in self.std), "std must be above 0, one or one per channel")
        demand(self.resample in list(RESAMPLINGS), f"resample must be one of {', '.join(RESAMPLINGS)}")
        demand(self.background in ("white", "black"), "background must be white or black")
        demand(isinstance(self.expects, str), "expects must be a sentence")
        demand(self.scores in ("", *SCORES), f"scores must be one of {', '.join(SCORES)}")


def read_card(path: Path) -> Card:
    """Read card.yaml; a candidate without one gets the defaults."""
    if not path.exists():
        return Card()
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UnusableModel("card.yaml is not valid YAML; correct it and upload the model again.") from error
    demand(isinstance(content, dict), "it must be a block of settings")
    blocks = [content.get(name) or {} for name in ("input", "output")]
    demand(all(isinstance(block, dict) for block in blocks), "it must be a block of settings")
    return card_of(*blocks)


def card_of(settings: dict[str, Any], output: dict[str, Any] | None = None) -> Card:
    """Build the card from its blocks `input` and `output`; a single mean or std may stand without a list."""
    told = output or {}
    of_output = {"scores"}
    of_input = {setting.name for setting in fields(Card)} - of_output
    unknown = (set(settings) - of_input) | (set(told) - of_output)
    demand(not unknown, f"{', '.join(sorted(map(str, unknown)))} is not a setting of the service")
    several = {name: as_list(settings[name]) for name in ("mean", "std") if name in settings}
    values: dict[str, Any] = settings | several | told
    return Card(**values)


def as_list(value: object) -> list[Any]:
    """A list stays itself, anything else becomes the only entry of one."""
    return value if isinstance(value, list) else [value]


def is_number(value: object) -> bool:
    """YAML's true, false, .nan and .inf are no numbers here, though they are to Python."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def is_whole(value: object) -> bool:
    """Like is_number, without fractions."""
    return isinstance(value, int) and not isinstance(value, bool)


def demand(condition: bool, rule: str) -> None:
    """Refuse the card by naming the rule that it breaks."""
    if not condition:
        raise UnusableModel(f"card.yaml, block input: {rule}; correct it and upload the model again.")
