"""A lease on the card of a release: one notifier writes at a time, and no change is lost meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from slipway.errors import Conflict
from slipway.models import Card, Release
from slipway.ports import CardChange, Clock, Ledger

DURATION = timedelta(seconds=90)  # longer than the function may run: an owner that still holds it has died


@dataclass(frozen=True, slots=True)
class CardLease:
    """The lease on the card of `about`; `owner` is unique to one notifier.

    A notifier that finds the lease taken sets the card's `news` flag instead. The owner checks that flag before it
    releases the lease and reads the ledger again if it is set, so the last message is always the newest.
    """

    ledger: Ledger
    clock: Clock
    about: Release
    owner: str

    def acquire(self) -> bool:
        """Return whether the lease is ours now; if not, its owner is told by `news` to send once more."""
        return self._change(self._acquired).writer == self.owner

    def save(self, card: Card) -> Card:
        """Store the card as it was sent, and return it; raises Conflict if another owner has taken the lease over."""
        return self._change(lambda current: self._saved(current, card))

    def release(self, *, behind: bool) -> bool:
        """Return whether the lease was given up; while `news` is set it is kept, and the owner has to send again."""
        return self._change(lambda card: self._released(card, behind=behind)).writer != self.owner

    def abandon(self) -> None:
        """Give the lease up after an error; the card counts as out of date, so that it is retried."""
        self._change(self._abandoned)

    def _change(self, change: CardChange) -> Card:
        """Apply a change to the stored card, and return the result."""
        return self.ledger.change_card(self.about, change)

    def _acquired(self, card: Card) -> Card:
        """Return a card with our lease; while somebody else holds it, the card with `news` for them."""
        now = self.clock.now()
        if card.writer and card.until and now < card.until:
            return replace(card, news=True)
        return replace(card, writer=self.owner, until=now + DURATION, news=False, behind=True)

    def _saved(self, current: Card, card: Card) -> Card:
        """Return a card with the `news` that came meanwhile; raises Conflict if the lease is not ours any more."""
        if current.writer != self.owner:
            raise Conflict(f"Another notifier has taken over the card of {self.about.id}.")
        return replace(card, news=current.news, revision=current.revision)

    def _released(self, card: Card, *, behind: bool) -> Card:
        """Return a card without our lease; with `news`, the card keeps it and only the `news` are cleared."""
        if card.writer != self.owner:
            return card
        if card.news:
            return replace(card, news=False)
        return replace(card, writer="", until=None, behind=behind)

    def _abandoned(self, card: Card) -> Card:
        """Return a card without our lease, behind; unchanged if the lease is not ours any more."""
        if card.writer != self.owner:
            return card
        return replace(card, writer="", until=None, news=False, behind=True)
