"""What a card says of a model is kept in bounds, or refused with the sentence that helps."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from slipway.models import ModelCard
from slipway.uploads.validation import card_description
from slipway.uploads.validation.card_description import model_card_of
from tests.support import card_docs

RUN = "https://mlflow.example.com/runs/417"


def test_notes_metrics_and_lineage_are_kept() -> None:
    """Numbers as people write them."""
    card = {
        "author": "ada@example.com",
        "notes": "Reads sevens\nwith a bar",
        "metrics": {"accuracy": 0.97, "images": 60000, "loss": 1e-7},
        "lineage": {"training_run": RUN, "data": "digits 2026-11, cleaned", "code": None},
    }
    assert model_card_of(card) == ModelCard(
        "Reads sevens with a bar",
        {"accuracy": "0.97", "images": "60,000", "loss": "1e-07"},
        {"training_run": RUN, "data": "digits 2026-11, cleaned"},
    )


def test_a_card_cannot_fill_a_release() -> None:
    """A release is one item, and a card one message."""
    kept = model_card_of({"notes": "x" * 10**5, "metrics": {f"{n} {'m' * 99}": n for n in range(1000)}})
    assert (len(kept.notes), len(kept.metrics)) == (500, 12)
    assert max(map(len, kept.metrics)) == 40


@pytest.mark.parametrize("card", [None, [], "notes", {"notes": 7}, {"notes": ["x"]}, {"metrics": None}])
def test_a_card_that_says_nothing_is_an_empty_one(card: object) -> None:
    """Most are."""
    assert model_card_of(card) == ModelCard()


@pytest.mark.parametrize(
    "card",
    [
        {"lineage": RUN},
        {"lineage": [RUN]},
        {"lineage": {"run": RUN}},
        {"lineage": {"code": 417}},
        {"lineage": {"code": "x" * 501}},
        {"metrics": {"images": 10**400}},
        {"metrics": {"images": float("inf")}},
        {"metrics": "0.97"},
    ],
    ids=lambda card: str(card)[:40],
)
def test_what_cannot_be_kept_is_refused_as_editors_say(card: dict[str, Any]) -> None:
    """And nothing of such a card is shown."""
    assert len(card_description.problems(card)) == 1
    assert model_card_of(card) == ModelCard()
    if card != {"metrics": {"images": float("inf")}}:  # which is no JSON
        assert not Draft202012Validator(card_docs.SCHEMA).is_valid(card)


@pytest.mark.parametrize("place", ["a\nb", "\u202egpj.exe", "\x00"])
def test_a_place_has_nothing_hidden(place: str) -> None:
    """It becomes a link, which must read as where it leads."""
    assert card_description.problems({"lineage": {"code": place}})
