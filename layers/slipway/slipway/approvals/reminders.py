"""Reminders of those who have not answered, and the escalation to others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from slipway.models import Question, Release
from slipway.ports import Ledger
from slipway.releases.isolation import for_each_isolated

HALF_TIME, LAST_HOUR, ESCALATION = "half time", "last hour", "escalation"
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Reminders:
    """Reminds at half time and in the last hour; escalates `escalate_after` the question was asked (zero: never)."""

    ledger: Ledger
    escalate_after: timedelta = timedelta()

    def record_due(self, now: datetime) -> Iterator[Release]:
        """Record the reminders that are due, each once per question, and yield their releases."""

        def record(release: Release) -> Release | None:
            """Record the reminders that are due for a release, and return it; None if none is."""
            if not self._due_reminders(release, now) - set(release.approval.reminders):
                return None
            return self.ledger.change(release.id, lambda current: self._with_due_reminders(current, now))

        return for_each_isolated(self.ledger.unfinished(), record)

    def _with_due_reminders(self, release: Release, now: datetime) -> Release:
        """Return a release with the reminders that are due among those that were recorded."""
        new = self._due_reminders(release, now) - set(release.approval.reminders)
        reminders = (*release.approval.reminders, *sorted(new))
        return replace(release, approval=replace(release.approval, reminders=reminders))

    def _due_reminders(self, release: Release, now: datetime) -> set[str]:
        """Return the names of the reminders that are due; none while nobody is asked."""
        if release.approval.question is None or not release.accepts_votes:
            return set()
        return {name for name, at in self.times(release.approval.question).items() if now >= at}

    def times(self, question: Question) -> dict[str, datetime]:
        """Return when each reminder, by its name, is due; the last hour's is left out if it began before half time."""
        half = question.asked_at + (question.expires - question.asked_at) / 2
        times = {HALF_TIME: half}
        if question.expires - _HOUR > half:
            times[LAST_HOUR] = question.expires - _HOUR
        if self.escalate_after and question.asked_at + self.escalate_after < question.expires:
            times[ESCALATION] = question.asked_at + self.escalate_after
        return times
