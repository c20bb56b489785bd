"""The preflight and the service agree on what a card may say."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from service.app.card import card_of
from service.app.errors import UnusableModel
from service.app.tensors import input_format
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
        card_of(settings)
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
        input_format(card_of(settings), list(shape), "tensor(float)")
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


@pytest.mark.parametrize("output", [{"scores": "logits"}, {"scores": "percent"}, {"score": "logits"}, "logits"])
def test_what_the_numbers_are_is_refused_here_if_the_service_would_refuse_it(output: Any) -> None:
    """As its input is."""
    try:
        fits = bool(card_of({}, output if isinstance(output, dict) else {"no": "block"}))
    except UnusableModel:
        fits = False
    assert (model_card.problems({"output": output}, None) == []) is fits


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
