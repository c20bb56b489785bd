"""Evidence as one HTML page that needs nothing else: no script, no network."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from slipway.models import formatting
from slipway.models.text import visible_lines
from slipway.smoke.evidence import Evidence
from slipway.smoke.report import changes, classes, order, scorecard

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"


def page(evidence: Evidence) -> str:
    """Return the HTML page of evidence; a character that UTF-8 does not have becomes a question mark."""
    text = templates().get_template("evidence.html").render(evidence=evidence, **template_modules())
    return text.encode(errors="replace").decode()


def template_modules() -> dict[str, ModuleType]:
    """Return the modules that the templates call, by the names that they have there."""
    from slipway.smoke.report import plots

    return {part.__name__.rpartition(".")[2]: part for part in (changes, classes, order, plots, scorecard)}


def _visible(value: object) -> object:
    """Return a text with hidden characters made visible; our own markup, and other values, unchanged."""
    return visible_lines(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


@cache
def templates(*folders: Path) -> Environment:
    """Return an environment with the templates of the evidence page, and those in other folders."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader([*folders, TEMPLATES])
    templates = Environment(
        loader=loader,
        autoescape=True,
        finalize=_visible,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words = ("counted", "duration", "grouped", "milliseconds", "moment", "percent", "sure")
    templates.filters |= {word: getattr(formatting, word) for word in words}
    return templates
