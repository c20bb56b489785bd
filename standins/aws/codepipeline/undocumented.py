"""What AWS does and documents nowhere: here it happens at random, so that nothing can depend on it."""

import os
from collections.abc import Callable, Mapping
from functools import cache
from random import Random
from typing import Any

# Members of most documented samples that the sample of this kind of event and state lacks.
NOT_IN_THE_SAMPLE = {
    ("CodePipeline Action Execution State Change", "STARTED"): "region",
    ("CodePipeline Action Execution State Change", "ABANDONED"): "start-time",
    ("CodePipeline Stage Execution State Change", "RESUMED"): "start-time",
}


def sometimes() -> bool:
    """Return whether it happens this time; a run with the same --seed repeats the same answers in the same order."""
    return _random().random() < 0.5


def varied(detail_type: str, detail: Mapping[str, Any], happens: Callable[[], bool] = sometimes) -> dict[str, Any]:
    """Return the detail of an event without what its sample lacks, or with a member that no sample has."""
    lacking = NOT_IN_THE_SAMPLE.get((detail_type, detail["state"])) if happens() else None
    more = {"undocumented-member": "a later version of AWS may add one"} if happens() else {}
    return {name: value for name, value in detail.items() if name != lacking} | more


@cache
def _random() -> Random:
    return Random(os.environ.get("STANDINS_SEED", "0"))  # noqa: S311  # no secret depends on it
