"""Who uploaded which version of an object: items that expire, read in batches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from slipway.adapters.ledger.keys import keyed, object_key
from slipway.adapters.ledger.table import LedgerTable

KEPT = timedelta(days=90)
BATCH = 100  # keys that DynamoDB takes at a time


class Uploaders(LedgerTable):
    """The uploaders in the ledger's table."""

    def record_uploader(self, key: str, version_id: str, who: str, at: datetime) -> None:
        """Store for 90 days who put a version of an object into the model bucket."""
        expires = int((at + KEPT).timestamp())
        self._table.put_item(Item=keyed(object_key(key, version_id), uploader=who, expires=expires))

    def uploaders(self, versions: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """Return who put each of these (key, version id) into the bucket; those not known are left out."""
        places = {object_key(*version): version for version in versions}
        found: dict[tuple[str, str], str] = {}
        for batch in batched(places, BATCH, strict=False):
            waiting: Any = {self._table.name: {"Keys": [{"pk": pk, "sk": sk} for pk, sk in batch]}}
            while waiting:
                answer = self._resource.batch_get_item(RequestItems=waiting)
                items: list[dict[str, Any]] = answer["Responses"].get(self._table.name, [])
                found |= {places[item["pk"], item["sk"]]: str(item["uploader"]) for item in items}
                waiting = answer.get("UnprocessedKeys")
        return found
