"""The four figures of delivery, for models: how often, how fast, how long people take, and how often it goes wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from slipway.models import Release, State

WEEKS = 12
_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Week:
    """How many changes came to production in the seven days from `begins` on, and how many of them went wrong."""

    begins: datetime
    live: int
    failed: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of the last weeks; a median of nothing is None."""

    weeks: tuple[Week, ...]
    lead: timedelta | None
    wait: timedelta | None

    @property
    def changes(self) -> int:
        """How many changes came to production."""
        return sum(week.live + week.failed for week in self.weeks)

    @property
    def failed(self) -> int:
        """How many of them went wrong."""
        return sum(week.failed for week in self.weeks)


def figures(releases: Sequence[Release], now: datetime) -> Figures:
    """Sum releases up."""
    recent = [release for release in releases if (at := changed_at(release)) and at > now - WEEKS * _WEEK]
    leads = [lead for release in recent if (lead := lead_time(release)) is not None]
    waits = [wait for release in recent if (wait := approval_wait(release)) is not None]
    return Figures(_weeks(recent, now), _median(leads), _median(waits))


def _weeks(recent: list[Release], now: datetime) -> tuple[Week, ...]:
    starts = [now - number * _WEEK for number in range(WEEKS, 0, -1)]
    return tuple(_week([one for one in recent if _within(one, start)], start) for start in starts)


def _within(release: Release, start: datetime) -> bool:
    at = changed_at(release)
    return at is not None and start < at <= start + _WEEK


def _week(releases: list[Release], start: datetime) -> Week:
    failed = sum(map(went_wrong, releases))
    return Week(start, len(releases) - failed, failed)


def changed_at(release: Release) -> datetime | None:
    """Give when a release changed production, or failed at it; None if it never came that far."""
    times = release.times
    return times.get(State.LIVE) or (times.get(State.FAILED) if State.RELEASING in times else None)


def went_wrong(release: Release) -> bool:
    """Tell whether production had to go back to what was there before."""
    return release.state is State.ROLLED_BACK or (release.state is State.FAILED and State.RELEASING in release.times)


def lead_time(release: Release) -> timedelta | None:
    """Give how long it took from the upload to production; None for what is not live, or is live once more."""
    live, retired = release.times.get(State.LIVE), release.times.get(State.RETIRED)
    if live is None or release.uploaded_at is None or (retired and retired < live):
        return None
    # A push of code releases an old upload again: its own time began when it was opened.
    begun = release.opened_at if release.before else release.uploaded_at
    return live - begun


def approval_wait(release: Release) -> timedelta | None:
    """Give how long people took to answer."""
    if release.approval is None or release.answer is None or release.answer.source == "slipway":
        return None
    return release.answer.at - release.approval.asked_at


def _median(spans: Iterable[timedelta]) -> timedelta | None:
    seconds = [span.total_seconds() for span in spans]
    return timedelta(seconds=median(seconds)) if seconds else None
