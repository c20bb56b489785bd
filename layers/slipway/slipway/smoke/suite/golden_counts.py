"""What a golden set holds, counted without asking any service."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

from slipway.errors import SuiteInvalid
from slipway.models.paths import composed
from slipway.models.text import listed, shown
from slipway.smoke.suite.golden_set import FileInput, GoldenSet


@dataclass(frozen=True, slots=True)
class GoldenCounts:
    """How many cases expect each label, and how many labelled ones are in each slice; empty for neither.

    `files` are the media types of the cases that are files.
    """

    labels: Counter[str] = field(default_factory=Counter)
    slices: Counter[str] = field(default_factory=Counter)
    files: Counter[str] = field(default_factory=Counter)


def count(golden: GoldenSet) -> GoldenCounts:
    """Return the counts of a golden set; raises SuiteInvalid, also for a case whose file is not there."""
    names, counts = set(map(composed, golden.files.names())), GoldenCounts()
    for case in golden.cases():
        if isinstance(case.input, FileInput):
            if composed(case.input.path) not in names:
                missing = f"{case.input.place} names {shown(case.input.path)}, which is not there"
                raise SuiteInvalid(f"{missing}: put it there.")
            counts.files[case.input.media_type] += 1
        counts.labels[case.expected] += 1
        if case.expected:
            counts.slices[case.slice] += 1
    return counts


def unanswerable(expected: Collection[str], known: Collection[str]) -> Iterator[str]:
    """Yield a sentence for the labels that are expected and that a model with the `known` ones cannot answer.

    Those that are almost one of its labels are told with it. Where none is one of them, the service may answer
    something else than labels.
    """
    strange = sorted(set(expected) - set(known) - {""})
    plain = {_plain(label): label for label in known}
    meant: dict[str, str] = {}
    for label in strange:
        if close := get_close_matches(_plain(label), list(plain), 1, 0.85):
            meant[label] = plain[close[0]]
    for label, written in list(meant.items())[:3]:
        yield f"The golden set expects {shown(label)!r}, which labels.txt writes {shown(written)!r}: write it so."
    others = [label for label in strange if label not in meant]
    if others and set(expected) & set(known):
        yield f"The golden set expects {listed(others)}, which is not in labels.txt: no answer could be right."


def of_another_model(expected: Collection[str], known: Collection[str]) -> bool:
    """Return whether a golden set expects labels, and none of those that a model knows, if these are known."""
    labels = set(expected) - {""}
    return bool(labels and known) and labels.isdisjoint(known)


def _plain(label: str) -> str:
    """Return a label without differences of case, spaces and Unicode composition."""
    return " ".join(composed(label).casefold().split())
