"""What each e-mail address was sent lately, as items that expire."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from slipway.adapters.ledger.keys import keyed, mailbox_key
from slipway.adapters.ledger.table import NEW, LedgerTable, Put, if_equal
from slipway.models import Mailbox
from slipway.models.codec import decode, encode
from slipway.ports import MailboxChange

DIGEST = "digest"  # in the index of unfinished things
KEPT = timedelta(days=7)


class Mailboxes(LedgerTable):
    """The mailboxes of the ledger's table."""

    def change_mailbox(self, address: str, change: MailboxChange) -> Mailbox:
        """Apply a change to what is stored of an address, and return the result; an equal result writes nothing."""
        put = partial(_put_mailbox, address.casefold())
        return self._change(partial(self._mailbox, address), change, put, "What an address was mailed")[1]

    def waiting_mailboxes(self) -> Iterator[str]:
        """Yield the addresses for which a digest waits."""
        return (str(item["address"]) for item in self._unfinished(DIGEST))

    def _mailbox(self, address: str) -> Mailbox:
        """Return what is stored of an address; an empty Mailbox if that is nothing."""
        return decode(Mailbox, self._item(*mailbox_key(address)) or {})


def _put_mailbox(address: str, box: Mailbox) -> Put:
    """Return the write of a mailbox; one with a digest that waits is in the index of unfinished things."""
    waiting = {"unfinished": DIGEST} if box.waiting else {}
    expires = int(time.time() + KEPT.total_seconds())
    unchanged = if_equal("revision", box.revision - 1) if box.revision > 1 else NEW
    return keyed(mailbox_key(address), address=address, expires=expires, **encode(box), **waiting), unchanged
