"""The Slack cards of releases, as items beside theirs; each write is conditional on what was read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import Attr, Key

from slipway.adapters.ledger.keys import Item, card_key, keyed
from slipway.errors import Conflict
from slipway.models import Card, Release
from slipway.models.codec import decode, encode
from slipway.ports import CardChange

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

TRIES = 10
BEHIND = "card"  # releases have "yes": one sparse index for all that somebody has to look after


class Cards:
    """The cards of the ledger's table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._gone = table.meta.client.exceptions.ConditionalCheckFailedException

    def card(self, release: Release) -> Card:
        """Return the Slack card of a release; an empty Card if it was never posted."""
        item = self._item(*card_key(release))
        return _card_from(item) if item else Card()

    def change_card(self, release: Release, change: CardChange) -> Card:
        """Apply a change to the stored card, and return the result; an equal result writes nothing."""
        for _ in range(TRIES):
            current = self.card(release)
            changed = change(current)
            if changed == current:
                return current
            changed = replace(changed, revision=current.revision + 1)
            unchanged = Attr("revision").eq(current.revision) | Attr("revision").not_exists()
            try:
                self._table.put_item(Item=_card_item(release, changed), ConditionExpression=unchanged)
            except self._gone:
                continue
            return changed
        raise Conflict(f"The card of {release.id} is being changed by others again and again.")

    def behind(self) -> Iterator[str]:
        """Yield the ids of the releases whose card may be out of date."""
        return (str(item["release"]) for item in self._unfinished(BEHIND))

    def _unfinished(self, kind: str) -> Iterator[Item]:
        """Yield the items of a kind in the index `unfinished`."""
        request: dict[str, Any] = {
            "IndexName": "unfinished",
            "KeyConditionExpression": Key("unfinished").eq(kind),
        }
        while True:
            page = self._table.query(**request)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def _item(self, pk: str, sk: str) -> Item | None:
        """Return the item with a key, read consistently; None if there is none."""
        return self._table.get_item(Key={"pk": pk, "sk": sk}, ConsistentRead=True).get("Item")


def _card_item(release: Release, card: Card) -> Item:
    """Return a card's item; one that is behind is in the index of unfinished things, where it is looked for."""
    found = {"unfinished": BEHIND} if card.behind else {}
    return keyed(card_key(release), release=release.id, **encode(card), **found)


def _card_from(item: Item) -> Card:
    """Return the card in an item."""
    return decode(Card, item | {"behind": item.get("unfinished") == BEHIND})
