"""The right to say something about a release: one announcer has it at a time, and no news are lost meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from slipway.errors import Conflict
from slipway.models import Card, Release
from slipway.ports import Clock, Ledger

LEASE = timedelta(seconds=90)  # longer than the function may run: whoever still holds it then has died


@dataclass(frozen=True, slots=True)
class Pen:
    """An announcer's hold on the card of one release; `name` is the announcer's own.

    Who finds it taken leaves a note instead. Whoever has it looks for notes before putting it down, and reads the
    ledger again if there is one: so the last word is always the newest.
    """

    ledger: Ledger
    clock: Clock
    release: Release
    name: str

    def take(self) -> bool:
        """Take the pen, or leave a note for whoever has it; one that died is not waited for."""
        return self.ledger.change_card(self.release, self._taken).writer == self.name

    def keep(self, card: Card) -> Card:
        """Write down what has been said."""
        return self.ledger.change_card(self.release, lambda current: self._kept(current, card))

    def put_down(self, *, behind: bool) -> bool:
        """Put the pen down, unless there is a note: then it has to be used again."""
        return self.ledger.change_card(self.release, lambda card: self._down(card, behind=behind)).writer != self.name

    def drop(self) -> None:
        """Put the pen down whatever there is: somebody has to look after this card again."""
        self.ledger.change_card(self.release, self._dropped)

    def _taken(self, card: Card) -> Card:
        now = self.clock.now()
        if card.writer and card.until and now < card.until:
            return replace(card, news=True)
        return replace(card, writer=self.name, until=now + LEASE, news=False, behind=True)

    def _kept(self, current: Card, card: Card) -> Card:
        if current.writer != self.name:
            raise Conflict(f"Another announcer has taken over the card of {self.release.id}.")
        return replace(card, news=current.news, revision=current.revision)

    def _down(self, card: Card, *, behind: bool) -> Card:
        if card.writer != self.name:
            return card
        if card.news:
            return replace(card, news=False)
        return replace(card, writer="", until=None, behind=behind)

    def _dropped(self, card: Card) -> Card:
        if card.writer != self.name:
            return card
        return replace(card, writer="", until=None, news=False, behind=True)
