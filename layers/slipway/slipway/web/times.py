"""How moments and spans of time are said on pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def said(at: datetime) -> str:
    """Return a time in words, to the minute, in UTC: a page cannot know its reader's zone."""
    return f"{at.astimezone(UTC):%-d %b %Y, %H:%M} UTC"


def span(time: timedelta) -> str:
    """Return a span in words: `2 d 3 h`, `4 h 5 min`, `6 min`, `7 s`; 0 s for a negative one."""
    minutes, seconds = divmod(max(0, round(time.total_seconds())), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days}\u00a0d {hours}\u00a0h"
    if hours:
        return f"{hours}\u00a0h {minutes}\u00a0min"
    return f"{minutes}\u00a0min" if minutes else f"{seconds}\u00a0s"
