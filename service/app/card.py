"""The candidate's card.yaml: what it says of the model's input and output."""

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml
from PIL import Image

from .errors import UnusableModel

LARGEST = 1e300  # of a number, either way
LAYOUTS = {"flat": 2, "NHW": 3, "NCHW": 4, "NHWC": 4}
SCORES = ("probabilities", "log_probabilities", "logits")
FITS = ("stretch", "crop", "pad")
RESAMPLINGS = {one.name.lower(): one for one in Image.Resampling}


@dataclass(frozen=True)
class Column:
    """A column of a row; one with `values` is a category, and the model gets the position of its value."""

    name: str
    values: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Rows:
    """The card's `input` for a model that reads rows: its columns, where the model does not name them."""

    columns: list[Column] = field(default_factory=list)


@dataclass(frozen=True)
class Output:
    """The card's `output`: which one is used, and what its `scores` are, one of SCORES (empty: find out)."""

    name: str | None = None
    scores: str = ""


@dataclass(frozen=True)
class Pictures:
    """The card's `input` for a model that reads pictures; what is None is taken from the shape of the model's input.

    A pixel of 0..255 reaches the model as (pixel * scale - mean) / std; mean and std hold one value or one per channel.
    """

    width: int | None = None
    height: int | None = None
    channels: int | None = None
    layout: str | None = None
    scale: float | None = None
    mean: list[float] = field(default_factory=lambda: [0.0])
    std: list[float] = field(default_factory=lambda: [1.0])
    order: str = "RGB"
    fit: str = "stretch"
    resample: str = "bilinear"
    background: str = "white"
    expects: str = "a picture"

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
        demand(self.order in ("RGB", "BGR"), "order must be RGB or BGR")
        demand(self.fit in FITS, f"fit must be one of {', '.join(FITS)}")
        demand(self.background in ("white", "black"), "background must be white or black")
        demand(isinstance(self.expects, str), "expects must be a sentence")


@dataclass(frozen=True)
class Card:
    """What a candidate says of its model."""

    input: Pictures | Rows
    output: Output


def read_card(path: Path) -> Card:
    """Read card.yaml; a candidate without one gets the defaults, which are those of pictures."""
    if not path.exists():
        return Card(Pictures(), Output())
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UnusableModel("card.yaml is not valid YAML; correct it and upload the model again.") from error
    demand(isinstance(content, dict), "it must be a block of settings")
    return Card(input_of(content.get("input") or {}), output_of(content.get("output") or {}))


def input_of(settings: object) -> Pictures | Rows:
    """Read the `input` block: that of rows is the word `rows`, or has it as its only setting."""
    if settings == "rows":
        return Rows()
    demand(isinstance(settings, dict), "it must be a block of settings, or the word rows")
    assert isinstance(settings, dict)
    return rows_of(settings) if "rows" in settings else pictures_of(settings)


def rows_of(settings: dict[str, Any]) -> Rows:
    """Read the columns: names, and categories as `{name: colour, values: [red, green]}`."""
    demand(list(settings) == ["rows"] and isinstance(settings["rows"], list), "rows must be a list of columns, alone")
    columns = [Column(**one) if is_category(one) else Column(one) for one in settings["rows"]]
    demand(all(isinstance(column.name, str) for column in columns), "a column must have a name")
    demand(len({column.name for column in columns}) == len(columns), "a column's name must be its own")
    return Rows(columns)


def is_category(column: object) -> bool:
    """Return whether a column is written as a category."""
    if not isinstance(column, dict):
        return False
    values = column.get("values")
    whole = set(column) == {"name", "values"} and isinstance(values, list) and bool(values)
    demand(whole and all(isinstance(one, str) for one in values or []), "a category is {name: …, values: [texts]}")
    return True


def pictures_of(settings: dict[str, Any]) -> Pictures:
    """Read the settings of pictures; a single mean or std may stand without a list."""
    unknown = set(settings) - {setting.name for setting in fields(Pictures)}
    demand(not unknown, f"{', '.join(sorted(map(str, unknown)))} is not a setting of the service")
    several = {name: as_list(settings[name]) for name in ("mean", "std") if name in settings}
    values: dict[str, Any] = settings | several
    return Pictures(**values)


def output_of(settings: object) -> Output:
    """Read the `output` block."""
    demand(isinstance(settings, dict) and set(settings) <= {"name", "scores"}, "output takes name and scores", "output")
    assert isinstance(settings, dict)
    found = Output(settings.get("name"), settings.get("scores") or "")
    demand(found.name is None or isinstance(found.name, str), "name must be that of an output", "output")
    demand(found.scores in ("", *SCORES), f"scores must be one of {', '.join(SCORES)}", "output")
    return found


def as_list(value: object) -> list[Any]:
    """A list stays itself, anything else becomes the only entry of one."""
    return value if isinstance(value, list) else [value]


def is_number(value: object) -> bool:
    """YAML's true, false, .nan and .inf are no numbers here, though they are to Python; nor is what no float holds."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST


def is_whole(value: object) -> bool:
    """Like is_number, without fractions."""
    return isinstance(value, int) and not isinstance(value, bool)


def demand(condition: bool, rule: str, block: str = "input") -> None:
    """Refuse the card by naming the rule that it breaks."""
    if not condition:
        raise UnusableModel(f"card.yaml, block {block}: {rule}; correct it and upload the model again.")
