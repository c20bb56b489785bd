"""What card.yaml says of a model for people to read: notes, metrics, lineage. Nothing proves any of it."""

from __future__ import annotations

from typing import Any

from slipway.models import ModelCard
from slipway.models.text import listed, one_line
from slipway.uploads.validation.card_input import NAME, is_number

MEMBERS = ("notes", "metrics", "lineage")
LINEAGE = ("training_run", "data", "code")
LONGEST = 500  # characters of the notes, and of a place
_METRICS, _METRIC_NAME = 12, 40  # at most kept, and the characters of a name


def model_card_of(content: object) -> ModelCard:
    """Return what a card.yaml says of the model, cut to what a release keeps; nothing of one that is not valid."""
    if not isinstance(content, dict) or problems(content):
        return ModelCard()
    metrics, lineage = content.get("metrics") or {}, content.get("lineage") or {}
    notes = content.get("notes")
    return ModelCard(
        notes=one_line(notes, LONGEST) if isinstance(notes, str) else "",
        metrics={
            one_line(str(name), _METRIC_NAME): _number_text(value) for name, value in list(metrics.items())[:_METRICS]
        },
        lineage={name: lineage[name] for name in LINEAGE if lineage.get(name)},
    )


def problems(content: dict[Any, Any]) -> list[str]:
    """Return what is wrong with the metrics and the lineage in a card.yaml; notes may be anything."""
    return [*_metrics_problems(content.get("metrics")), *_lineage_problems(content.get("lineage"))]


def _metrics_problems(metrics: object) -> list[str]:
    """Return what is wrong with the metrics: each must be a number."""
    if metrics is None:
        return []
    if not isinstance(metrics, dict):
        return [f"{NAME}: metrics must be a block of numbers: write it like 'metrics: {{accuracy: 0.97}}'."]
    names = [name for name, one in metrics.items() if not is_number(one)]
    wrong = listed([str(name) if isinstance(name, str | int | float) else "?" for name in names])
    return [f"{NAME}: metrics must be numbers, but {wrong} is none: write it like 'accuracy: 0.97'."] if names else []


def _lineage_problems(lineage: object) -> list[str]:
    """Return what is wrong with the lineage: each place must be a text."""
    if lineage is None:
        return []
    if not isinstance(lineage, dict) or not set(lineage) <= set(LINEAGE):
        return [f"{NAME}: lineage takes {', '.join(LINEAGE)}: write it like 'lineage: {{code: https://…}}'."]
    names = [name for name, one in lineage.items() if one is not None and not _is_place(one)]
    rule = f"a text of one line, of at most {LONGEST} characters, such as an address"
    return [f"{NAME}: lineage.{name} must be {rule}: correct it." for name in names]


def _is_place(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST and value.isprintable()


def _number_text(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) and abs(value) < 10**12 else f"{value:g}"
