"""Releases: read, changed, and marked live."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import islice

from boto3.dynamodb.conditions import Key

from slipway.adapters.ledger import items, keys
from slipway.adapters.ledger.keys import Item
from slipway.adapters.ledger.table import NEW, TRIES, LedgerTable, Put, if_equal
from slipway.errors import Conflict, ItemUnreadable, NotFound
from slipway.models import Release, State
from slipway.ports import Change

_ONCE_LIVE = (State.RETIRED, State.ROLLED_BACK)


class Releases(LedgerTable):
    """The releases in the ledger's table; `observe` is called with each that was written."""

    def __init__(self, table: str, observe: Callable[[Release | None, Release], None] = lambda *_: None) -> None:
        super().__init__(table)
        self._observe = observe

    def release(self, release_id: str) -> Release:
        """Return a release, or raise NotFound."""
        item = self._item(*keys.release_key(release_id))
        if item is None:
            raise NotFound(f"The ledger has no release {release_id}.")
        return items.release_from(item)

    def release_of(self, execution_id: str) -> Release | None:
        """Return the release that a pipeline execution carries; None if it carries none."""
        item = self._item(*keys.execution_key(execution_id))
        return self.release(item["release"]) if item else None

    def change(self, release_id: str, change: Change) -> Release:
        """Apply a change to the stored release, and return the result.

        An equal result writes nothing. `change` is called again when somebody else wrote first. Raises NotFound, or
        Conflict after TRIES attempts.
        """
        read = partial(self.release, release_id)
        before, after = self._change(read, change, _put_release, release_id)
        if after is not before:
            self._observe(before, after)
        return after

    def bind(self, release_id: str, execution_id: str) -> None:
        """Store which release an execution carries."""
        self._table.put_item(Item=keys.execution_item(execution_id, release_id))

    def live(self) -> Release | None:
        """Return the release that production runs; None before the first."""
        item = self._item(*keys.LIVE)
        return self.release(item["release"]) if item else None

    def go_live(self, release_id: str, at: datetime, *, attempt: int = 1, back: bool = False) -> Release:
        """Mark a release live and, in one transaction, the one before retired (rolled back if `back`); return it."""
        for _ in range(TRIES):
            current, before = self.release(release_id), self.live()
            if current.state is State.LIVE or (current.state in _ONCE_LIVE and not back):
                return current
            live = replace(_in_state(current, State.LIVE, at), attempt=max(attempt, current.attempt), reason="")
            if before and before.id != release_id and not back:
                live = replace(live, previous_live=before.id)
            if self._write_live(current, live, before, State.ROLLED_BACK if back else State.RETIRED, at):
                return live
        raise Conflict(f"{release_id} could not be marked live: others go live at the same time.")

    def unfinished(self) -> Iterator[Release]:
        """Yield the releases that have not ended; raises ItemUnreadable after all readable ones."""
        odd: list[ItemUnreadable] = []
        for item in self._unfinished("yes"):
            try:
                release = items.release_from(item)
            except ItemUnreadable as error:
                odd.append(error)
                continue
            yield release
        if odd:
            raise ItemUnreadable(" ".join(map(str, odd)))

    def history(self, before: str = "", limit: int = 100, model: str = "") -> list[Release]:
        """Return at most `limit` releases (of `model`), newest first; with `before`, those opened before that one."""
        start = self.release(before) if before else None
        request = _model_before(model, start) if model else _all_before(start)
        found = self._query(ScanIndexForward=False, Limit=limit, **request)
        return [items.release_from(item) for item in islice(found, limit)]

    def uploads_since(self, moment: datetime, limit: int) -> list[datetime]:
        """Return when uploads of all models were opened after a moment, newest first, of at most `limit` of them."""
        key = Key("kind").eq(items.KIND) & Key("opened_at").gt(items.opened_at_end(moment))
        found = self._query(
            IndexName="history",
            KeyConditionExpression=key,
            ProjectionExpression="opened_at, fingerprint",
            ScanIndexForward=False,
        )
        return list(islice((items.time_opened(item) for item in found if item.get("fingerprint")), limit))

    def _write_live(self, current: Release, live: Release, before: Release | None, gone: State, at: datetime) -> bool:
        """Write `current` as `live`, and the one before as `gone`, in one transaction; return whether it succeeded."""
        changes = [(current, live)]
        pointing = if_equal("release", before.id) if before else NEW
        puts = [_put_release(live), (keys.live_item(live), pointing)]
        if before and before.id != live.id:
            replaced = _in_state(before, gone, at)
            puts.append(_put_release(replaced))
            changes.append((before, replaced))
        written = self._transact(*puts)
        for old, new in changes if written else ():
            self._observe(old, new)
        return written


def _in_state(release: Release, state: State, at: datetime) -> Release:
    """Return a release in a new state, with the time at which it came there, as its next revision."""
    return replace(release, state=state, times={**release.times, state: at}, revision=release.revision + 1)


def _all_before(start: Release | None) -> Item:
    """Return the query for all releases that were opened before `start`, or for all."""
    key = Key("kind").eq(items.KIND)
    return {
        "IndexName": "history",
        "KeyConditionExpression": key & Key("opened_at").lt(items.opened_at(start)) if start else key,
    }


def _model_before(model: str, start: Release | None) -> Item:
    """Return the query for a model's releases before `start`, or for all if `start` is None or another model's."""
    first, last = keys.release_range(model, start.number if start and start.model == model else None)
    return {"KeyConditionExpression": Key("pk").eq(first[0]) & Key("sk").between(first[1], last)}


def _put_release(release: Release) -> Put:
    """Return the write of a release in the place of the revision before it."""
    return items.release_item(release), if_equal("revision", release.revision - 1)
