"""How figures are said: percentages, times, counts."""

from __future__ import annotations

from datetime import UTC, datetime


def percent(share: float) -> str:
    """Say a share, 0 to 1; only what is whole is called 100 %, and only what is nothing 0 %."""
    shown = round(share * 100, 1)
    if 0 < share < 1:
        shown = min(max(shown, 0.1), 99.9)
    return f"{shown:.1f}\u00a0%"


def points(difference: float) -> str:
    """Say the difference of two shares."""
    shown = round(difference * 100, 1)
    return f"{shown:+.1f} points".replace("-", "\u2212") if shown else "the same"


def sure(confidence: float) -> str:
    """Say a confidence, which need not be a share: services count as they like."""
    return f"{percent(confidence)} sure" if 0 <= confidence <= 1 else f"confidence\u00a0{confidence:.3g}"


def milliseconds(time: float) -> str:
    """Say a time in milliseconds with about three digits."""
    if time >= 10_000:
        return f"{time / 1000:.1f}\u00a0s"
    return f"{time:.0f}\u00a0ms" if time >= 100 else f"{time:.3g}\u00a0ms"


def duration(seconds: float) -> str:
    """Say how long something took."""
    if seconds >= 60:
        minutes, rest = divmod(round(seconds), 60)
        return f"{minutes}\u00a0min {rest}\u00a0s"
    return f"{seconds:.1f}\u00a0s" if seconds >= 0.1 else f"{seconds * 1000:.0f}\u00a0ms"


def counted(count: int, thing: str) -> str:
    """Say how many of something there are; `thing` takes an s."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def grouped(count: int) -> str:
    """Say a count with its thousands apart."""
    return f"{count:,}"


def moment(time: datetime) -> str:
    """Say when something was, in UTC."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
