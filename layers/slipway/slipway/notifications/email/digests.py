"""Digests: an address gets a few mails an hour one by one, and one mail about all others.

Many releases may end within minutes, of a pipeline that fails or an upload that is repeated by a machine: nobody reads
a hundred mails, and the one that asks for an approval would be lost among them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from slipway.errors import ItemUnreadable, MailRejected, NotFound
from slipway.models import Mailbox, Release
from slipway.notifications.email.writer import Email
from slipway.ports import Clock, Ledger, Mail
from slipway.releases.isolation import for_each_isolated

AT_ONCE = 6  # mails in a WINDOW; a release that goes well takes two or three
URGENT = 12  # as long as there are fewer, a question or an alarm goes at once
WINDOW = timedelta(hours=1)
DELAY = timedelta(minutes=15)  # from the first release that waits to the digest
MOST = 100  # releases that a digest names

type Write = Callable[[str, list[Release]], Email]
type Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Digests:
    """Decides which mails go at once, and sends what has waited; `report` gets what SNS rejects for good."""

    ledger: Ledger
    clock: Clock
    mail: Mail
    report: Report = lambda _: None

    def admits(self, address: str, release_id: str, *, urgent: bool) -> bool:
        """Return whether a mail about a release goes at once; if not, the next digest names the release."""
        now = self.clock.now()
        box = self.ledger.change_mailbox(address, lambda box: _with_mail(box, release_id, now, urgent=urgent))
        return release_id not in box.waiting

    def send_due(self, write: Write) -> Iterator[str]:
        """Send the digests that are due, and yield their addresses; errors are raised together after all were tried."""
        return for_each_isolated(list(self.ledger.waiting_mailboxes()), lambda address: self._send(address, write))

    def _send(self, address: str, write: Write) -> str | None:
        """Send the digest of an address and return it; None if that is not due yet."""
        now = self.clock.now()
        box = self.ledger.change_mailbox(address, lambda current: current)
        if not box.waiting or (box.since and now < box.since + DELAY):
            return None
        try:
            if releases := list(self._readable(box.waiting)):
                email = write(address, releases)
                self.mail.send(address, email.subject, email.text)
        except MailRejected as error:
            self.report(f"{error}. The digest of {address} is given up.")
        # A mail rather twice than never: whoever dies here has it sent again.
        self.ledger.change_mailbox(address, lambda current: _without(current, box.waiting, now))
        return address

    def _readable(self, release_ids: Iterable[str]) -> Iterator[Release]:
        """Yield the releases that can be read: an odd one must not hold up what an address is told of all others."""
        for release_id in release_ids:
            with suppress(NotFound, ItemUnreadable):
                yield self.ledger.release(release_id)


def _with_mail(box: Mailbox, release_id: str, now: datetime, *, urgent: bool) -> Mailbox:
    """Return a mailbox with one more mail sent; with the release on its list if it has had enough.

    While a digest waits, what is not urgent waits with it, so that nothing is told out of order.
    """
    if release_id in box.waiting:
        return box
    lately = tuple(at for at in box.sent if at > now - WINDOW)
    if len(lately) < (URGENT if urgent else AT_ONCE) and (urgent or not box.waiting):
        return replace(box, sent=(*lately, now))
    return replace(box, sent=lately, waiting=(*box.waiting, release_id)[-MOST:], since=box.since or now)


def _without(box: Mailbox, told: tuple[str, ...], now: datetime) -> Mailbox:
    """Return a mailbox after a digest; what came while that was sent waits for the next one."""
    waiting = tuple(one for one in box.waiting if one not in told)
    return replace(box, sent=(*box.sent, now), waiting=waiting, since=now if waiting else None)
