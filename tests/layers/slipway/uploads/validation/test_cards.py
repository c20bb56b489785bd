"""The preflight and the service agree on what a card may say."""

from __future__ import annotations

from typing import Any

import pytest

from service.app.card import card_of
from service.app.errors import UnusableModel
from service.app.tensors import input_format
from slipway.uploads.validation import model_card

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
