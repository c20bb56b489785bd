"""Brings everything that is said of a release up to date with the ledger: its card, the thread below it, e-mails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from slipway.errors import ChatFailed
from slipway.models import Release
from slipway.notifications.authors import NOBODY, Author, Authors
from slipway.notifications.email.notifier import EmailNotifier
from slipway.notifications.lease import CardLease
from slipway.notifications.slack.notifier import SlackNotifier
from slipway.ports import Clock, Ledger
from slipway.releases.code_diff import CodeDiff, since
from slipway.releases.isolation import for_each_isolated

MAX_PASSES = 20  # over one release whose ledger entry changes while it is announced
GIVE_UP = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Notifier:
    """Sends by e-mail and, with `slack`, to the channel."""

    ledger: Ledger
    clock: Clock
    email: EmailNotifier
    slack: SlackNotifier | None
    authors: Authors | None = None

    def notify(self, release_id: str) -> str:
        """Send all that is due about a release; return why Slack did not take something, empty if it took all."""
        lease = CardLease(self.ledger, self.clock, self.ledger.release(release_id), uuid4().hex)
        if not lease.acquire():
            return ""
        try:
            for _ in range(MAX_PASSES):
                failure = self._send(lease)
                if lease.release(behind=bool(failure)):
                    return failure
        finally:
            lease.abandon()
        return failure

    def catch_up(self) -> Iterator[tuple[str, str]]:
        """Notify again about releases whose card is behind; yield each id with what `notify` returned.

        Other errors are raised together after all of them have been tried.
        """
        return for_each_isolated(list(self.ledger.behind()), lambda release_id: (release_id, self.notify(release_id)))

    def send_digests(self) -> Iterator[str]:
        """Send the digests of e-mails that are due, and yield their addresses."""
        return self.email.send_digests()

    def _send(self, lease: CardLease) -> str:
        """Send the e-mails, then update Slack, whatever the other does; return why Slack did not take something."""
        release = self.ledger.release(lease.about.id)
        code_diff = since(self.ledger, release)
        author = self.authors.of(release) if self.authors else NOBODY
        try:
            self.email.send(release, self.ledger.card(release), lease.save, code_diff, author)
        finally:
            failure = self._update_slack(lease, release, code_diff, author)
        return failure

    def _update_slack(self, lease: CardLease, release: Release, code_diff: CodeDiff | None, author: Author) -> str:
        """Update card and thread; return why Slack did not take it, empty if it did or if that is too old to matter."""
        if self.slack is None:
            return ""
        try:
            self.slack.update(release, self.ledger.card(release), lease.save, code_diff, author)
        except ChatFailed as error:
            return "" if self._is_past(release) else str(error)
        return ""

    def _is_past(self, release: Release) -> bool:
        """Return whether the release ended so long ago that Slack's refusal is not worth another try."""
        return release.state.ended and self.clock.now() > max(release.times.values()) + GIVE_UP
