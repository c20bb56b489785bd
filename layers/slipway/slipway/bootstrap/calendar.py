"""The calendar of releases."""

from __future__ import annotations

from slipway import settings
from slipway.releases.calendar import ReleaseCalendar
from slipway.releases.calendar_parameters import parse_calendar


def calendar(config: settings.Calendar) -> ReleaseCalendar:
    """Return the calendar that the environment configures; raises ValueError, which no deployed stack should see."""
    return parse_calendar(config.release_hours, config.freezes)
