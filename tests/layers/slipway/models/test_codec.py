"""What is stored of a dataclass is plain, small, and read by a version that knows other fields."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

import pytest

from slipway.models.codec import decode, encode

type Fruit = Literal["apple", "pear"]
AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Shelf(StrEnum):
    """Somewhere to put things."""

    UPPER = "upper"
    LOWER = "lower"


@dataclass(frozen=True)
class Jar:
    """Something in something."""

    label: str
    weight: float = 0.0


@dataclass
class Larder:
    """One field of each kind that is stored."""

    owner: str
    count: int = 0
    locked: bool = False
    filled_at: datetime | None = None
    fruit: Fruit = "apple"
    favourite: Jar | None = None
    jars: tuple[Jar, ...] = ()
    notes: list[str] = field(default_factory=list)
    shelves: dict[Shelf, Jar] = field(default_factory=dict)
    pair: tuple[int, str] = (0, "")
    anything: dict[str, Any] = field(default_factory=dict)


FULL = Larder(
    "ada",
    3,
    True,
    AT,
    "pear",
    Jar("plum", 0.5),
    (Jar("fig"), Jar("quince", 1.25)),
    ["eat soon"],
    {Shelf.LOWER: Jar("cherry")},
    (7, "seven"),
    {"nested": [1, None]},
)


def test_every_kind_of_field_survives_json() -> None:
    """Whatever is stored can be read again."""
    assert decode(Larder, json.loads(json.dumps(encode(FULL)))) == FULL


def test_what_has_its_default_is_not_stored() -> None:
    """Most of a release is empty most of the time."""
    assert encode(Larder("ada", jars=(Jar("fig"),))) == {"owner": "ada", "jars": [{"label": "fig"}]}


def test_fields_keep_their_order() -> None:
    """Whoever reads only the beginning of a document finds the first field there."""
    assert list(encode(FULL)) == list(Larder.__dataclass_fields__)


def test_a_field_that_another_version_wrote_is_ignored() -> None:
    """It may be deployed for a moment only, and then taken back."""
    assert decode(Larder, {"owner": "ada", "cellar": True}) == Larder("ada")


def test_numbers_of_dynamodb_become_python_s() -> None:
    """They are Decimals."""
    read = decode(
        Larder, {"owner": "ada", "count": Decimal(3), "favourite": {"label": "fig", "weight": Decimal("0.5")}}
    )
    assert (read, type(read.count)) == (Larder("ada", 3, favourite=Jar("fig", 0.5)), int)
    assert read.favourite
    assert type(read.favourite.weight) is float


def test_null_is_none() -> None:
    """For a field that may be None."""
    assert decode(Larder, {"owner": "ada", "filled_at": None}) == Larder("ada")


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"owner": "ada", "filled_at": "yesterday"},
        {"owner": "ada", "count": "many"},
        {"owner": "ada", "shelves": {"middle": {"label": "fig"}}},
        {"owner": "ada", "jars": [{}]},
        {"owner": "ada", "jars": 5},
        {"owner": "ada", "pair": [1, "a", "b"]},
    ],
)
def test_data_that_nobody_wrote_is_an_error(data: dict[str, Any]) -> None:
    """It is not made into something that looks right."""
    with pytest.raises((LookupError, TypeError, ValueError)):
        decode(Larder, data)
