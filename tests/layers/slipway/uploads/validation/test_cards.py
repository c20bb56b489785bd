"""The preflight and the service agree on what a card may say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from jsonschema import Draft202012Validator

from service.app.card import Rows, pictures_of, read_card
from service.app.errors import UnusableModel
from service.app.model import ModelInput
from service.app.picture_format import picture_format
from service.app.row_format import row_format
from slipway.uploads.validation import model_card
from tests.support import card_docs

VALUES: list[Any] = [
    0,
    1,
    3,
    8,
    224,
    4096,
    4097,
    -1,
    0.5,
    1e400,
    True,
    "8",
    "flat",
    "NCHW",
    "box",
    "BGR",
    "crop",
    "white",
    [],
    [0.5],
    [1, "x"],
    None,
]
SETTINGS = [
    "width",
    "height",
    "channels",
    "scale",
    "layout",
    "mean",
    "std",
    "resample",
    "order",
    "fit",
    "background",
    "expects",
    "colour",
]


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_is_refused_here_if_the_service_would_refuse_it(setting: str) -> None:
    """Sooner, and in the same places; what the service may yet leave open is left open."""
    differ = [
        value
        for value in VALUES
        if served({setting: value}) != (not model_card.problems({"input": {setting: value}}, None))
    ]
    assert [value for value in differ if value is not None] == []


def served(settings: dict[str, Any]) -> bool:
    try:
        pictures_of(settings)
    except (UnusableModel, TypeError):
        return False
    return True


@pytest.mark.parametrize(
    "shape", [(1, 3, 8, 8), (None, 8, 8, 3), (None, 1, 8, 9), (1, 8, 8), (None, 64), (1, 192), (None, None)]
)
@pytest.mark.parametrize("layout", ["flat", "NHW", "NCHW", "NHWC", None])
@pytest.mark.parametrize("channels", [1, 3])
def test_a_contradiction_is_found_here_if_the_service_would_find_it(
    shape: tuple[int | None, ...], layout: str | None, channels: int
) -> None:
    """A card with all sizes, and a model that tells its shape."""
    settings = {"width": 8, "height": 8, "channels": channels, **({"layout": layout} if layout else {})}
    try:
        picture_format(pictures_of(settings), ModelInput("pictures", list(shape), np.dtype(np.float32)))
        fits = True
    except UnusableModel:
        fits = False
    assert (model_card.problems({"input": settings}, shape) == []) is fits


@pytest.mark.parametrize("name", ["authr", "Author", "metric", "inputs"])
def test_a_member_that_is_almost_one_of_ours_is_told(name: str) -> None:
    """It would be ignored, and nobody would know why."""
    (said,) = model_card.problems({name: None}, None)
    assert said.startswith(f"card.yaml: {name} is not known here: perhaps ")


def test_an_author_s_own_members_are_theirs() -> None:
    """A card may say more than Slipway reads."""
    assert model_card.problems({"licence": "MIT", "trained_on": "digits"}, None) == []


@pytest.mark.parametrize(
    "card",
    [
        {"input": "rows"},
        {"input": "lines"},
        {"input": {"rows": ["age", "size"]}},
        {"input": {"rows": ["age", {"name": "colour", "values": ["red", "green"]}]}},
        {"input": {"rows": ["age"]}},
        {"input": {"rows": ["age", 7]}},
        {"input": {"rows": ["age", {"name": "colour"}]}},
        {"input": {"rows": ["age", {"name": "colour", "values": []}]}},
        {"input": {"rows": ["age", {"name": "colour", "values": [7]}]}},
        {"input": {"rows": ["age", "size"], "width": 8}},
        {"input": {"rows": "age, size"}},
        {"output": {"scores": "logits"}, "input": "rows"},
        {"output": {"scores": "points"}, "input": "rows"},
        {"output": {"name": 7}, "input": "rows"},
        {"output": {"label": "x"}, "input": "rows"},
        {"output": "scores", "input": "rows"},
    ],
    ids=str,
)
def test_rows_and_outputs_are_refused_as_the_service_would(card: dict[str, Any], tmp_path: Path) -> None:
    """Of a model that reads rows of two numbers."""
    (tmp_path / "card.yaml").write_text(yaml.safe_dump(card))
    try:
        settings = read_card(tmp_path / "card.yaml").input
        assert isinstance(settings, Rows)
        row_format(settings, [ModelInput("row", [None, 2], np.dtype(np.float32))])
        fits = True
    except UnusableModel:
        fits = False
    assert (model_card.problems(card, (None, 2)) == []) is fits
    columns = card["input"]["rows"] if isinstance(card["input"], dict) else ["age", "size"]
    assert len(columns) != 2 or in_schema(card) is fits  # which knows no model


def in_schema(card: dict[str, Any]) -> bool:
    return bool(Draft202012Validator(card_docs.SCHEMA).is_valid(card))


@pytest.mark.parametrize("setting", SETTINGS)
def test_editors_are_told_the_same(setting: str) -> None:
    """The schema that they read, and that the documentation is made of, is what the preflight does."""
    finite = [value for value in VALUES if value != 1e400]
    cards = [{"input": {setting: value}} for value in finite if value is not None]
    assert [card for card in cards if in_schema(card) != (not model_card.problems(card, None))] == []


@pytest.mark.parametrize(
    "card",
    [
        *({"output": {"scores": value}} for value in (*model_card.SCORES, "percent", 1)),
        *({"output": value} for value in ({"score": "logits"}, "logits")),
        *({"author": value} for value in ("ada@example.com", "Ada <ada@example.com>", "Ada", 7)),
        *({"metrics": value} for value in ({"accuracy": 0.9}, {"accuracy": "high"}, {"done": True}, [0.9])),
        {"licence": "MIT", "notes": ["any", "thing"]},
    ],
)
def test_editors_are_told_the_same_of_the_rest_of_a_card(card: dict[str, Any]) -> None:
    """Author, metrics, output, and what is the author's own."""
    assert in_schema(card) is (model_card.problems(card, None) == [])
