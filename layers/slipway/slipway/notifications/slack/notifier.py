"""What is said of a release in the Slack channel: its card, which changes in place, and the thread below it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace

from slipway.approvals.policy import Policy
from slipway.errors import ChatFailed, MessageGone
from slipway.models import Approver, Card, Release
from slipway.notifications.places import Places
from slipway.notifications.slack import threads
from slipway.notifications.slack.card import blocks_of
from slipway.notifications.slack.markup import escape
from slipway.notifications.slack.words import headline
from slipway.ports import Chat
from slipway.releases.code_diff import Since

type Keep = Callable[[Card], Card]

CARDS = 2  # one that is deleted is posted again; who deletes that one too does not want it


@dataclass(frozen=True, slots=True)
class Telling:
    """Tells the channel what stands in the ledger; `escalate_to` is told when nobody answers."""

    chat: Chat
    places: Places
    policy: Policy
    escalate_to: Approver | None = None

    def tell(self, release: Release, card: Card, keep: Keep, since: Since | None = None) -> None:
        """Bring card and thread up to date; `keep` writes down each thing that was said before the next one is.

        Raises ChatFailed if Slack does not take something.
        """
        if card.lost >= CARDS:
            return
        try:
            self._replied(release, self._shown(release, card, keep, since), keep)
        except MessageGone:
            fresh = keep(replace(card, channel="", ts="", shown="", lost=card.lost + 1))
            self.tell(release, fresh, keep, since)

    def _shown(self, release: Release, card: Card, keep: Keep, since: Since | None) -> Card:
        text, blocks = escape(headline(release)), blocks_of(release, self.places, self.policy, since)
        shown = hashlib.sha256(json.dumps(blocks).encode()).hexdigest()
        if shown == card.shown:
            return card
        if not card.ts:
            channel, ts = self.chat.post(text, blocks)
            return keep(replace(card, channel=channel, ts=ts, shown=shown))
        try:
            self.chat.update(card.channel, card.ts, text, blocks)
        except ChatFailed:
            keep(replace(card, shown=""))  # nobody knows which of the two it shows now
            raise
        return keep(replace(card, shown=shown))

    def _replied(self, release: Release, card: Card, keep: Keep) -> None:
        for reply in threads.replies(release, self.places, self.policy, self.escalate_to):
            if reply.name not in card.threaded:
                if reply.text:
                    self.chat.post(reply.text, [], thread=card.ts)
                card = keep(replace(card, threaded=(*card.threaded, reply.name)))
