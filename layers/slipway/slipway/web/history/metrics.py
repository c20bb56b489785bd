"""Delivery metrics, as DORA has them, for models: changes, lead time, failures; and how long people take to answer."""

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
    """How many changes to production went well and how many failed in the seven days from `begins` on."""

    begins: datetime
    live: int
    failed: int


@dataclass(frozen=True, slots=True)
class DeliveryMetrics:
    """The metrics of the last weeks; both times are medians, None without a release to take them from."""

    weeks: tuple[Week, ...]
    lead_time: timedelta | None
    approval_wait: timedelta | None

    @property
    def changes(self) -> int:
        """How many releases changed production, or failed there."""
        return sum(week.live + week.failed for week in self.weeks)

    @property
    def failed(self) -> int:
        """How many of them failed or were rolled back."""
        return sum(week.failed for week in self.weeks)


def delivery_metrics(releases: Sequence[Release], now: datetime) -> DeliveryMetrics:
    """Return the metrics of the last weeks before `now`."""
    changes = [(at, release) for release in releases if (at := changed_at(release)) and at > now - WEEKS * _WEEK]
    weeks = tuple(_week(changes, now - number * _WEEK) for number in range(WEEKS, 0, -1))
    recent = [release for _, release in changes]
    return DeliveryMetrics(weeks, _median(map(lead_time, recent)), _median(map(approval_wait, recent)))


def _week(changes: list[tuple[datetime, Release]], begins: datetime) -> Week:
    """Return how many changes of a week succeeded, and how many failed."""
    failures = [failed_in_production(release) for at, release in changes if begins < at <= begins + _WEEK]
    return Week(begins, failures.count(False), failures.count(True))


def changed_at(release: Release) -> datetime | None:
    """Return when a release changed production, or failed there; None if it never came that far."""
    times = release.times
    return times.get(State.LIVE) or (times.get(State.FAILED) if State.RELEASING in times else None)


def failed_in_production(release: Release) -> bool:
    """Return whether a release failed in production, or was rolled back."""
    return release.state is State.ROLLED_BACK or (release.state is State.FAILED and State.RELEASING in release.times)


def lead_time(release: Release) -> timedelta | None:
    """Return the time from the upload to production; None for a release that is not live, or live for a second time."""
    live, retired = release.times.get(State.LIVE), release.times.get(State.RETIRED)
    if live is None or release.uploaded_at is None or (retired and retired < live):
        return None
    # A push of code releases an old upload again: its own time began when it was opened.
    begun = release.opened_at if release.previous_release else release.uploaded_at
    return live - begun


def approval_wait(release: Release) -> timedelta | None:
    """Return the time from the question to the decision; None before it, or if Slipway withdrew the question."""
    if (
        release.approval.question is None
        or release.approval.decision is None
        or release.approval.decision.source == "slipway"
    ):
        return None
    return release.approval.decision.at - release.approval.question.asked_at


def _median(spans: Iterable[timedelta | None]) -> timedelta | None:
    """Return the median of the spans that are known; None if none is."""
    seconds = [span.total_seconds() for span in spans if span is not None]
    return timedelta(seconds=median(seconds)) if seconds else None
