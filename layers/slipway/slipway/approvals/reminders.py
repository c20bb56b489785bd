"""Reminding those who have not answered, and telling others when nobody does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from slipway.models import Approval, Release
from slipway.ports import Ledger
from slipway.releases.isolation import each

LAST_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Reminders:
    """Reminds at half time and in the last hour; `escalate` is when others are told (zero: never)."""

    ledger: Ledger
    escalate: timedelta = timedelta()

    def due(self, now: datetime) -> Iterator[Release]:
        """Note every reminder whose time has come, each once per question; the announcements send them."""

        def step(release: Release) -> Release | None:
            if not self._names(release, now) - set(release.reminders):
                return None
            return self.ledger.change(release.id, lambda current: self.reminded(current, now))

        return each(self.ledger.unfinished(), step)

    def reminded(self, release: Release, now: datetime) -> Release:
        """Note what is due, unless the release has moved on or somebody else has noted it."""
        new = self._names(release, now) - set(release.reminders)
        return replace(release, reminders=(*release.reminders, *sorted(new)))

    def _names(self, release: Release, now: datetime) -> set[str]:
        if release.approval is None or not release.asks:
            return set()
        return {name for name, at in self.times(release.approval).items() if now >= at}

    def times(self, approval: Approval) -> dict[str, datetime]:
        """Give when each reminder of a question is due; a last hour before half time is none."""
        half = approval.asked_at + (approval.expires - approval.asked_at) / 2
        times = {"half time": half}
        if approval.expires - LAST_HOUR > half:
            times["last hour"] = approval.expires - LAST_HOUR
        if self.escalate and approval.asked_at + self.escalate < approval.expires:
            times["escalation"] = approval.asked_at + self.escalate
        return times
