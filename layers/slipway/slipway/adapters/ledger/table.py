"""The table itself: items read and written, each write on the condition of what it was decided on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import boto3
from boto3.dynamodb.conditions import Key

from slipway.errors import Conflict

if TYPE_CHECKING:
    from slipway.adapters.ledger.keys import Item
    from slipway.models import Card, Mailbox, Release

type Put = tuple[Item, Item]  # an item, and the condition on which it is written

TRIES = 10  # writers of one release at the same moment are a handful at most
NEW: Item = {"ConditionExpression": "attribute_not_exists(pk)"}


def if_equal(name: str, value: Any) -> Item:
    """Return the condition that an attribute has a value, as transactions take it."""
    return {
        "ConditionExpression": "#name = :value",
        "ExpressionAttributeNames": {"#name": name},
        "ExpressionAttributeValues": {":value": value},
    }


class LedgerTable:
    """What the ledger's parts have in common: one table, and optimistic writes to it."""

    def __init__(self, name: str) -> None:
        self._resource = boto3.resource("dynamodb")
        self._table = self._resource.Table(name)
        self._client = self._table.meta.client

    def _item(self, pk: str, sk: str) -> Item | None:
        """Return the item with a key, read consistently; None if there is none."""
        return self._table.get_item(Key={"pk": pk, "sk": sk}, ConsistentRead=True).get("Item")

    def _query(self, **request: Any) -> Iterator[Item]:
        """Yield the items that a query of the table finds, page by page."""
        while True:
            page = self._table.query(**request)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def _unfinished(self, kind: str) -> Iterator[Item]:
        """Yield the items of a kind in the index `unfinished`."""
        return self._query(IndexName="unfinished", KeyConditionExpression=Key("unfinished").eq(kind))

    def _put(self, item: Item, condition: Item) -> bool:
        """Write an item under a condition; return False if that did not hold."""
        try:
            self._table.put_item(Item=item, **condition)
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _transact(self, *puts: Put) -> bool:
        """Write items, each under its condition, in one transaction; return False if a condition did not hold."""
        writes: Any = [{"Put": {"TableName": self._table.name, "Item": item, **condition}} for item, condition in puts]
        try:
            self._client.transact_write_items(TransactItems=writes)  # the resource's client takes plain values
        except self._client.exceptions.TransactionCanceledException:
            return False
        return True

    def _change[T: (Card, Mailbox, Release)](
        self, read: Callable[[], T], change: Callable[[T], T], put: Callable[[T], Put], what: str
    ) -> tuple[T, T]:
        """Return what was stored before and after a change; both are one, and nothing is written, if it is equal.

        `change` is called again when somebody else wrote first. Raises Conflict after TRIES attempts.
        """
        for _ in range(TRIES):
            current = read()
            changed = change(current)
            if changed == current:
                return current, current
            changed = replace(changed, revision=current.revision + 1)
            if self._put(*put(changed)):
                return current, changed
        raise Conflict(f"{what} is being changed by others again and again.")
