"""The Slack notifier: updates the card of a release in place and replies in its thread.

A message that Slack rejects for good is reported and replaced by a plain one. If even that is rejected, it is not the
message but the channel, which a person repairs: then it counts as failed, and is tried again like after an outage.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace

from slipway.approvals.policy import Policy
from slipway.errors import ChatFailed, ChatRejected, MessageGone
from slipway.models import Approver, Card, Json, Release
from slipway.notifications.authors import NOBODY, Author
from slipway.notifications.headline import headline
from slipway.notifications.slack import mrkdwn, thread
from slipway.notifications.slack.card import blocks_of, without_facts
from slipway.notifications.stack_urls import StackUrls
from slipway.ports import Chat
from slipway.releases.code_diff import CodeDiff

type Save = Callable[[Card], Card]
type Report = Callable[[str], None]

MAX_DELETED = 2  # a card that is deleted is posted again; somebody who deletes that one too does not want it


@dataclass(frozen=True, slots=True)
class SlackNotifier:
    """Writes to one channel; `escalate_to` is mentioned when nobody answers, `report` gets what Slack rejects."""

    chat: Chat
    urls: StackUrls
    policy: Policy
    escalate_to: Approver | None = None
    report: Report = lambda _: None

    def update(
        self,
        release: Release,
        card: Card,
        save: Save,
        code_diff: CodeDiff | None = None,
        author: Author = NOBODY,
    ) -> None:
        """Bring card and thread up to date, and `save` each message before the next one is sent.

        Raises ChatFailed if Slack does not take one.
        """
        if card.lost >= MAX_DELETED:
            return
        try:
            self._reply(release, self._update_card(release, card, save, code_diff, author.note), save, author.person)
        except MessageGone:
            fresh = save(replace(card, channel="", ts="", shown="", lost=card.lost + 1))
            self.update(release, fresh, save, code_diff, author)

    def _update_card(self, release: Release, card: Card, save: Save, code_diff: CodeDiff | None, note: str) -> Card:
        """Post or update the card if it looks different now, and return it as saved; raises ChatFailed."""
        text, blocks = mrkdwn.sentence(headline(release)), blocks_of(release, self.urls, self.policy, code_diff, note)
        digest = hashlib.sha256(json.dumps(blocks).encode()).hexdigest()
        if digest == card.shown:
            return card
        try:
            written = self._write(release, card, text, blocks)
        except ChatFailed:
            save(replace(card, shown=""))  # the update may have arrived: send the next one whatever it shows
            raise
        return save(replace(written, shown=digest))

    def _write(self, release: Release, card: Card, text: str, blocks: list[Json]) -> Card:
        """Post or update the card and return it; without its facts, and reported, if Slack rejects them."""
        try:
            return self._post_or_update(card, text, blocks)
        except ChatRejected as error:
            self.report(f"{error}. The card of {release.id} is posted without its facts.")
            return self._post_or_update(card, without_facts(release), [])

    def _post_or_update(self, card: Card, text: str, blocks: list[Json]) -> Card:
        """Update the card's message, or post it if there is none; return the card with where it is."""
        if card.ts:
            self.chat.update(card.channel, card.ts, text, blocks)
            return card
        channel, ts = self.chat.post(text, blocks)
        return replace(card, channel=channel, ts=ts)

    def _reply(self, release: Release, card: Card, save: Save, author: Approver | None) -> None:
        """Post the replies that are due and not in the thread yet, saving each; raises ChatFailed."""
        for reply in thread.replies(release, self.urls, self.policy, self.escalate_to, self._in_slack(author)):
            if reply.name not in card.threaded:
                if reply.text:
                    self._post_reply(release, card, reply.text)
                card = save(replace(card, threaded=(*card.threaded, reply.name)))

    def _in_slack(self, author: Approver | None) -> Approver | None:
        """Return the author with their Slack user id; None without one: an address in a thread calls nobody."""
        if author is None or author.slack_id:
            return author
        user = self.chat.find_user(author.email)
        return replace(author, slack_id=user) if user else None

    def _post_reply(self, release: Release, card: Card, text: str) -> None:
        """Post a reply below the card; without its text, and reported, if Slack rejects it."""
        try:
            self.chat.post(text, [], thread=card.ts)
        except ChatRejected as error:
            self.report(f"{error}. A reply below the card of {release.id} is posted without its text.")
            self.chat.post(without_facts(release), [], thread=card.ts)
