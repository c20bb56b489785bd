"""Formatting of figures for people: percentages, times, counts."""

from __future__ import annotations

from datetime import UTC, datetime

_UNITS = ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB"))


def percent(share: float) -> str:
    """Format a share, 0 to 1, in percent; 100 % and 0 % are shown for nothing but 1 and 0."""
    shown = round(share * 100, 1)
    if 0 < share < 1:
        shown = min(max(shown, 0.1), 99.9)
    return f"{shown:.1f}\u00a0%"


def points(difference: float) -> str:
    """Format the difference of two shares in percentage points: `+1.2 points`, or `the same`."""
    shown = round(difference * 100, 1)
    return f"{shown:+.1f} points".replace("-", "\u2212") if shown else "the same"


def sure(confidence: float) -> str:
    """Format a confidence: `93.0 % sure`, or `confidence 12.3` for one that is no share."""
    return f"{percent(confidence)} sure" if 0 <= confidence <= 1 else f"confidence\u00a0{confidence:.3g}"


def milliseconds(time: float) -> str:
    """Format a time in milliseconds with about three digits: `12.3 ms`, `456 ms`, `12.3 s`."""
    if time >= 10_000:
        return f"{time / 1000:.1f}\u00a0s"
    return f"{time:.0f}\u00a0ms" if time >= 100 else f"{time:.3g}\u00a0ms"


def duration(seconds: float) -> str:
    """Format a duration in seconds: `120 ms`, `3.4 s`, `2 min 5 s`."""
    if seconds >= 60:
        minutes, rest = divmod(round(seconds), 60)
        return f"{minutes}\u00a0min {rest}\u00a0s"
    return f"{seconds:.1f}\u00a0s" if seconds >= 0.1 else f"{seconds * 1000:.0f}\u00a0ms"


def counted(count: int, thing: str) -> str:
    """Format a count of things: `1 file`, `2 files`."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def grouped(count: int) -> str:
    """Format a count with separated thousands: `12,345`."""
    return f"{count:,}"


def moment(time: datetime) -> str:
    """Format a time in UTC: `2026-11-28 10:00:00 UTC`."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def size(weight: int) -> str:
    """Format a size in bytes in the unit that fits: `1.5 MB`."""
    unit, symbol = next((one for one in _UNITS if weight >= one[0]), (1, "bytes"))
    return f"{weight / unit:.1f} {symbol}" if unit > 1 else f"{weight} bytes"
