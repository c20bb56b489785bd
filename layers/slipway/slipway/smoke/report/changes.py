"""What changes for users: predictions that differ from production's, what is worse first."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from slipway.smoke.evidence import Change, Comparison

type Effect = Literal["now wrong", "still wrong", "changed", "now right"]

_ORDER: tuple[Effect, ...] = ("now wrong", "still wrong", "changed", "now right")
_PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}")
_SMALL = 2000  # characters of a data URL; so small a picture is enlarged, and its pixels should stay sharp


@dataclass(frozen=True, slots=True)
class Shown:
    """A change as it is shown; `picture` is empty or a harmless data URL."""

    change: Change
    effect: Effect
    picture: str
    small: bool


@dataclass(frozen=True, slots=True)
class Flow:
    """How often production's answer `before` became `after`."""

    before: str
    after: str
    count: int


def effect(change: Change) -> Effect:
    """Say what a change means for users."""
    if not change.expected:
        return "changed"
    if change.after == change.expected:
        return "now right"
    return "now wrong" if change.before == change.expected else "still wrong"


def shown(comparison: Comparison) -> list[Shown]:
    """Give the listed changes, what is worse first."""
    ordered = sorted(comparison.changes, key=lambda change: _ORDER.index(effect(change)))
    return [_shown(change) for change in ordered]


def _shown(change: Change) -> Shown:
    picture = change.picture if _PICTURE.fullmatch(change.picture) else ""
    return Shown(change, effect(change), picture, len(picture) < _SMALL)


def effects(comparison: Comparison) -> tuple[str, ...]:
    """Count what the listed changes mean, in words."""
    counts = Counter(map(effect, comparison.changes))
    known = [f"{counts[name]:,} {name}" for name in _ORDER if counts[name] and name != "changed"]
    return (*known, *_unlisted(comparison))


def _unlisted(comparison: Comparison) -> tuple[str, ...]:
    listed = len(comparison.changes)
    return (f"{comparison.changed - listed:,} not listed",) if listed < comparison.changed else ()


def flows(comparison: Comparison, most: int = 10) -> list[Flow]:
    """Give the most frequent listed changes."""
    pairs = Counter((change.before, change.after) for change in comparison.changes)
    return [Flow(before, after, count) for (before, after), count in pairs.most_common(most)]
