"""The parameters `ReleaseHours` and `Freezes`, read into a calendar."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from slipway.releases.calendar import Freeze, OpenHours, ReleaseCalendar

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY = "|".join(_WEEKDAYS)
_HOURS = re.compile(rf"({_DAY})(?:-({_DAY}))? (\d\d:\d\d)-(\d\d:\d\d)")
_FREEZE = re.compile(r"(\d{4}-\d\d-\d\d)/(\d{4}-\d\d-\d\d)(?: +(.+))?")


def parse_calendar(release_hours: str, freezes: str) -> ReleaseCalendar:
    """Read `Mon-Thu 08:00-16:00, Fri 08:00-12:00 Europe/Berlin` and `2026-12-20/2027-01-06 Christmas, …`.

    The days of a freeze are whole days, the last one included, in the zone of the release hours, or in UTC without.
    Raises ValueError with a sentence that names the parameter.
    """
    hours, _, zone_name = release_hours.strip().rpartition(" ")
    zone = _zone(zone_name) if zone_name else UTC
    return ReleaseCalendar(
        tuple(_open_hours(entry) for entry in _entries(hours)),
        tuple(_freeze(entry, zone) for entry in _entries(freezes)),
        zone,
    )


def misconfiguration(release_hours: str, freezes: str) -> str:
    """Return why the parameters cannot be read; empty if they can."""
    try:
        calendar = parse_calendar(release_hours, freezes)
    except ValueError as error:
        return str(error)
    return "" if calendar.hours or not release_hours.strip() else _unreadable(release_hours)


def _entries(parameter: str) -> list[str]:
    return [entry.strip() for entry in parameter.split(",") if entry.strip()]


def _zone(name: str) -> tzinfo:
    from zoneinfo import ZoneInfo  # most stacks have no release hours

    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError) as error:
        raise ValueError(f"ReleaseHours ends with {name!r}, which is no time zone such as Europe/Berlin.") from error


def _open_hours(entry: str) -> OpenHours:
    matched = _HOURS.fullmatch(entry)
    if not matched:
        raise ValueError(_unreadable(entry))
    first, last, opens, closes = matched.groups()
    begins, ends = _WEEKDAYS.index(first), _WEEKDAYS.index(last or first)
    weekdays = frozenset((begins + number) % 7 for number in range((ends - begins) % 7 + 1))
    try:
        hours = OpenHours(
            weekdays, time.fromisoformat(opens), None if closes == "24:00" else time.fromisoformat(closes)
        )
    except ValueError as error:
        raise ValueError(_unreadable(entry)) from error
    if hours.closes and hours.closes <= hours.opens:
        raise ValueError(f"ReleaseHours has {entry!r}, which ends before it begins: write a night as two entries.")
    return hours


def _freeze(entry: str, zone: tzinfo) -> Freeze:
    matched = _FREEZE.fullmatch(entry)
    try:
        if not matched:
            raise ValueError(entry)
        first, last = (date.fromisoformat(day) for day in matched.groups()[:2])
        begins, ends = (
            datetime.combine(day, time(), zone).astimezone(UTC) for day in (first, last + timedelta(days=1))
        )
    except (ValueError, OverflowError) as error:
        raise ValueError(
            f"Freezes has {entry!r}: write FIRST/LAST NAME, as in 2026-12-20/2027-01-06 Christmas."
        ) from error
    if ends <= begins:
        raise ValueError(f"Freezes has {entry!r}, which ends before it begins.")
    return Freeze(begins, ends, matched[3] or "")


def _unreadable(entry: str) -> str:
    return f"ReleaseHours has {entry!r}: write DAYS FROM-TO ZONE, as in Mon-Fri 08:00-16:00 Europe/Berlin."
