"""When a release may go to production: release hours and freezes. Pure: the time is an argument everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from slipway.models import Release, State, Vote
from slipway.models.formatting import moment

# From an approval in release hours to the deployment that it allows; the sweep may need 17 minutes of it.
GRACE = timedelta(minutes=30)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OpenHours:
    """Hours of some weekdays, in local time: `opens` is included, `closes` is not, and 24:00 is None."""

    weekdays: frozenset[int]  # Monday is 0
    opens: time
    closes: time | None

    def on(self, day: date, zone: tzinfo) -> tuple[datetime, datetime] | None:
        """Return when production opens and closes on a day, in UTC; None if it does not open.

        A time that a change of the clocks skips or repeats is the one before the change.
        """
        if day.weekday() not in self.weekdays:
            return None
        last = (day, self.closes) if self.closes else (day + _DAY, time())
        opens, closes = (datetime.combine(*at, zone).astimezone(UTC) for at in ((day, self.opens), last))
        return (opens, closes) if opens < closes else None


@dataclass(frozen=True, slots=True)
class Freeze:
    """Days without releases, from the `begins` to the `ends` of UTC instants; `title` is what the freeze is called."""

    begins: datetime
    ends: datetime
    title: str


@dataclass(frozen=True, slots=True)
class ReleaseCalendar:
    """Release hours, and freezes within them; without hours production is always open, but for the freezes."""

    hours: tuple[OpenHours, ...] = ()
    freezes: tuple[Freeze, ...] = ()
    zone: tzinfo = UTC

    def closed(self, at: datetime) -> str:
        """Return why production is closed, in words that follow `is closed`; empty while it is open."""
        if freeze := self._freeze(at):
            return f"by the freeze {freeze.title}" if freeze.title else "by a freeze"
        return "" if self._within_hours(at) else "outside the release hours"

    def opens(self, at: datetime) -> datetime:
        """Return the first time from `at` on when production is open, in UTC: `at` itself while it is."""
        at = at.astimezone(UTC)
        while self.closed(at):
            freeze = self._freeze(at)
            at = freeze.ends if freeze else self._next_hours(at)
        return at

    def refusal(self, release: Release, approval: Vote | None, now: datetime) -> str:
        """Return why a release may not go to production now, and what to do; empty if it may.

        What was live goes back at any time. An approval in release hours holds for GRACE, and one that overrides a
        freeze until production opens again.
        """
        closed = self.closed(now)
        if not closed or release.rollback.to or State.LIVE in release.times or self._allowed(approval, now):
            return ""
        opens = self.opens(now)
        sentence = f"Production is closed {closed} until {moment(opens)}."
        question = release.approval.question
        if question and release.accepts_votes and question.expires <= opens:
            sentence += f" The question about {release.id} expires before that, so upload it again then."
        return sentence

    def _allowed(self, approval: Vote | None, now: datetime) -> bool:
        if approval is None:
            return False
        if approval.override:
            return now < self.opens(approval.at)
        return not self.closed(approval.at) and now <= approval.at + GRACE

    def _freeze(self, at: datetime) -> Freeze | None:
        """Return the freeze that a time is in; of several the one that ends last."""
        current = [freeze for freeze in self.freezes if freeze.begins <= at < freeze.ends]
        return max(current, key=lambda freeze: freeze.ends, default=None)

    def _within_hours(self, at: datetime) -> bool:
        return not self.hours or any(opens <= at < closes for opens, closes in self._days(at, 1))

    def _next_hours(self, at: datetime) -> datetime:
        # Eight days hold the next opening, but for a change of the clocks that swallows the only one of a week.
        return min(opens for opens, _ in self._days(at, 16) if opens > at)

    def _days(self, at: datetime, days: int) -> list[tuple[datetime, datetime]]:
        """Return the hours of so many local days, from that of `at` on."""
        first = at.astimezone(self.zone).date()
        found = (hours.on(first + _DAY * number, self.zone) for number in range(days) for hours in self.hours)
        return [one for one in found if one]


ALWAYS_OPEN = ReleaseCalendar()
