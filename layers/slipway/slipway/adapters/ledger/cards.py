"""The Slack cards of releases, as items beside theirs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from boto3.dynamodb.conditions import Attr

from slipway.adapters.ledger.keys import card_key, keyed
from slipway.adapters.ledger.table import LedgerTable, Put
from slipway.models import Card, Release
from slipway.models.codec import decode, encode
from slipway.ports import CardChange

BEHIND = "card"  # releases have "yes": one sparse index for all that somebody has to look after


class Cards(LedgerTable):
    """The cards of the ledger's table."""

    def card(self, release: Release) -> Card:
        """Return the Slack card of a release; an empty Card if it was never posted."""
        item = self._item(*card_key(release))
        return decode(Card, item | {"behind": item.get("unfinished") == BEHIND}) if item else Card()

    def change_card(self, release: Release, change: CardChange) -> Card:
        """Apply a change to the stored card, and return the result; an equal result writes nothing."""
        read, put = partial(self.card, release), partial(_put_card, release)
        return self._change(read, change, put, f"The card of {release.id}")[1]

    def behind(self) -> Iterator[str]:
        """Yield the ids of the releases whose card may be out of date."""
        return (str(item["release"]) for item in self._unfinished(BEHIND))


def _put_card(release: Release, card: Card) -> Put:
    """Return the write of a card; one that is behind is in the index of unfinished things, where it is looked for."""
    found = {"unfinished": BEHIND} if card.behind else {}
    unchanged = Attr("revision").eq(card.revision - 1) | Attr("revision").not_exists()
    return keyed(card_key(release), release=release.id, **encode(card), **found), {"ConditionExpression": unchanged}
