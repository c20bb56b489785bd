"""What changes for users: predictions that differ from production's, what is worse first."""

from __future__ import annotations

import re
from collections import Counter
from typing import Literal

from slipway.models.formatting import counted
from slipway.smoke.figures import Change, Comparison

type Effect = Literal["now wrong", "still wrong", "changed", "now right"]

_ORDER: tuple[Effect, ...] = ("now wrong", "still wrong", "changed", "now right")
_PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}")
_SMALL = 2000  # characters of a data URL; so small a picture is enlarged, and its pixels should stay sharp


def effect(change: Change) -> Effect:
    """Return what a change means for users: now right, now wrong, still wrong, or changed (where nobody knows)."""
    if not change.expected:
        return "changed"
    if change.after == change.expected:
        return "now right"
    return "now wrong" if change.before == change.expected else "still wrong"


def worst_first(comparison: Comparison) -> list[Change]:
    """Return the listed changes, those from right to wrong first."""
    return sorted(comparison.changes, key=lambda change: _ORDER.index(effect(change)))


def picture(change: Change) -> str:
    """Return a change's picture if it is a data URL of a picture; empty if not."""
    return change.picture if _PICTURE.fullmatch(change.picture) else ""


def is_small(picture: str) -> bool:
    """Return whether a picture is so small that the page enlarges it."""
    return len(picture) < _SMALL


def effects(comparison: Comparison) -> tuple[str, ...]:
    """Return how many changes have each effect, in words, and how many are not listed."""
    counts = Counter(map(effect, comparison.changes))
    known = [f"{counts[name]:,} {name}" for name in _ORDER if counts[name] and name != "changed"]
    unlisted = comparison.changed - len(comparison.changes)
    return (*known, *([f"{unlisted:,} not listed"] if unlisted > 0 else []))


def replayed(comparison: Comparison) -> tuple[str, ...]:
    """Return how many sampled requests change, in words; nothing where none are sampled."""
    if not (replay := comparison.replay):
        return ()
    if not replay.found:
        return ("no sampled requests yet",)
    return (f"{replay.changed:,} of {counted(replay.compared, 'sampled request')} changed",)


def most_frequent(comparison: Comparison, most: int = 10) -> list[tuple[tuple[str, str], int]]:
    """Return the most frequent changes as ((production's answer, this build's answer), count)."""
    return Counter((change.before, change.after) for change in comparison.changes).most_common(most)
