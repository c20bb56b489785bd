"""What AWS does and documents nowhere: here it happens at random, so that nothing can depend on it."""

import os
from collections.abc import Callable, Mapping
from functools import cache
from random import Random
from typing import Any


def sometimes() -> bool:
    """Return whether it happens this time; a run with the same --seed repeats the same answers in the same order."""
    return _random().random() < 0.5


def seconds(least: float, most: float) -> float:
    """Return how long something takes this time."""
    return _random().uniform(least, most)


def varied(detail: Mapping[str, Any], happens: Callable[[], bool] = sometimes) -> dict[str, Any]:
    """Return the detail of an event, or the detail with a member that no documented sample has."""
    return {**detail, "undocumented-member": "a later version of AWS may add one"} if happens() else dict(detail)


@cache
def _random() -> Random:
    return Random(os.environ.get("STANDINS_SEED", "0"))  # noqa: S311  # no secret depends on it
