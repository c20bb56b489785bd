"""What a golden set holds, counted without asking any service."""

from __future__ import annotations

from collections import Counter

from slipway.errors import SuiteInvalid
from slipway.models.text import shown
from slipway.smoke.suite.golden_set import FileInput, GoldenSet


def labels(golden: GoldenSet) -> Counter[str]:
    """Return how many cases expect each label (empty for those that expect none); raises SuiteInvalid."""
    names, found = set(golden.files.names()), Counter[str]()
    for case in golden.cases():
        if isinstance(case.input, FileInput) and case.input.path not in names:
            raise SuiteInvalid(f"{case.input.place} names {shown(case.input.path)}, which is not there: put it there.")
        found[case.expected] += 1
    return found
