"""What is said of a release: its card, the thread below it, and e-mail, each once and from the ledger."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace

from slipway import cards
from slipway.mailings import Mailings
from slipway.models import Card, Release, State
from slipway.ports import Chat, Ledger


@dataclass(frozen=True, slots=True)
class Announcements:
    """Says what stands in the ledger; without a `chat` only by e-mail."""

    ledger: Ledger
    mailings: Mailings
    chat: Chat | None
    places: cards.Places

    def announce(self, release_id: str) -> None:
        """Bring everything that is said of a release up to date; a second time changes nothing."""
        release = self.ledger.release(release_id)
        try:
            self.mailings.send(release, self.ledger.card(release), lambda card: self._kept(release, card))
        finally:  # neither a Slack that is down nor a mail that is not taken keeps back the other
            self._told(release)

    def _kept(self, release: Release, card: Card) -> Card:
        self.ledger.keep_card(release, card)
        return card

    def _told(self, release: Release) -> None:
        card = self.ledger.card(release)
        for step in (self._shown, self._reminded, self._repeated):
            said = step(release, card)
            if said != card:
                card = self._kept(release, said)

    def _shown(self, release: Release, card: Card) -> Card:
        if self.chat is None:
            return card
        text, blocks = cards.headline(release), cards.blocks_of(release, self.places)
        shown = hashlib.sha256(json.dumps(blocks).encode()).hexdigest()
        if shown == card.shown:
            return card
        if card.ts:
            self.chat.update(card.channel, card.ts, text, blocks)
            return replace(card, shown=shown)
        channel, ts = self.chat.post(text, blocks)
        return replace(card, channel=channel, ts=ts, shown=shown)

    def _reminded(self, release: Release, card: Card) -> Card:
        if self.chat is None or not card.ts or release.state is not State.WAITING or release.approval is None:
            return card
        for name in release.reminders[-1:]:
            due = f"{release.approval.question} {name}"
            if due not in card.threaded:
                self.chat.post(cards.reminder(release), [], thread=card.ts)
                card = replace(card, threaded=(*card.threaded, due))
        return card

    def _repeated(self, release: Release, card: Card) -> Card:
        """Tell of the newest upload that started nothing, each once."""
        for repeat in release.repeats[-1:]:
            what = f"{repeat.prefix} {repeat.at.isoformat()}"
            if self.chat is None or not card.ts or what in card.threaded:
                return card
            self.chat.post(cards.repeated(release, repeat), [], thread=card.ts)
            card = replace(card, threaded=(*card.threaded, what))
        return card
