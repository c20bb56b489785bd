"""Releases for people who may only read: by Query alone, and without what decides about a question.

A policy can hold a reader to these attributes (`dynamodb:Attributes`); template.yaml has one, `AuthorsAccess`.
"""

from __future__ import annotations

from typing import Any

import boto3
from boto3.dynamodb.conditions import Key

from slipway.adapters.ledger import items, keys
from slipway.errors import NotFound
from slipway.models import Release

ATTRIBUTES = (
    *("pk", "sk", "kind", "opened_at", "format", "release", "model", "number", "candidate", "state", "times"),
    *("prefix", "uploaded_at", "author", "bytes", "repeats", "previous_release", "force_reason", "rollback"),
    *("reason", "log_url", "queueing", "smoke", "replaces"),
)


class LedgerReader:
    """Reads the releases of a table, with all but their approval."""

    def __init__(self, session: boto3.Session, table: str) -> None:
        self._table = session.resource("dynamodb").Table(table)

    def newest(self, model: str = "", limit: int = 20) -> list[Release]:
        """Return at most `limit` releases of a model, or of all models, newest first."""
        if not model:
            return self._query(limit, IndexName="history", KeyConditionExpression=Key("kind").eq(items.KIND))
        first, last = keys.release_range(model, None)
        return self._query(limit, KeyConditionExpression=Key("pk").eq(first[0]) & Key("sk").between(first[1], last))

    def release(self, release_id: str) -> Release:
        """Return a release, or raise NotFound."""
        pk, sk = keys.release_key(release_id)
        found = self._query(1, KeyConditionExpression=Key("pk").eq(pk) & Key("sk").eq(sk))
        if not found:
            raise NotFound(f"There is no release {release_id}: `slipway status` lists them.")
        return found[0]

    def _query(self, limit: int, **request: Any) -> list[Release]:
        """Return the releases that a query finds, each without its approval."""
        names = {f"#{name}": name for name in ATTRIBUTES}  # some of them are words of DynamoDB's own
        page = self._table.query(
            Select="SPECIFIC_ATTRIBUTES",
            ProjectionExpression=", ".join(names),
            ExpressionAttributeNames=names,
            ScanIndexForward=False,
            Limit=limit,
            **request,
        )
        return [items.release_from(item) for item in page["Items"]]
