"""The DynamoDB table of candidates and releases.

| pk | sk | what |
|---|---|---|
| `MODEL#birds` | `RELEASE#000012` | a release; `unfinished` and `kind` put it into the indexes for them |
| `MODEL#birds` | `CARD#000012` | what was said of it; `unfinished` is `card` where that is less than there is to say |
| `MODEL#birds` | `COUNTER` | the newest release's number |
| `CANDIDATE#birds-…` (all of its digest) | `CANDIDATE` | the newest release of a content, and what last forced it |
| `EXECUTION#…` | `EXECUTION` | the release that an execution carries |
| `OBJECT#…` (digest of its key) | version id | who uploaded a version of an object; expires by itself |
| `JOB#…` | `JOB` | who does a job of the pipeline, and until when nobody else may; expires by itself |
| `PRODUCTION` | `LIVE` | the release that production runs |
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

import boto3
from boto3.dynamodb.conditions import Key

from slipway.adapters.ledger import items, keys
from slipway.adapters.ledger.cards import Cards
from slipway.adapters.ledger.keys import Item
from slipway.adapters.ledger.uploaders import Uploaders
from slipway.errors import Conflict, ItemUnreadable, NotFound
from slipway.models import Candidate, Claim, Release, State, new_release
from slipway.ports import Change

type Put = tuple[Item, Item]  # an item, and the condition on which it is written

_ONCE_LIVE = (State.RETIRED, State.ROLLED_BACK)
TRIES = 10  # writers of one release at the same moment are a handful at most


class DynamoLedger(Cards, Uploaders):
    """The ledger; every write is conditional on what it was decided on."""

    def __init__(self, table: str) -> None:
        self._resource = boto3.resource("dynamodb")
        super().__init__(self._resource.Table(table))
        self._client = self._table.meta.client
        self._cancelled = self._client.exceptions.TransactionCanceledException

    def open(self, candidate: Candidate, state: State, reason: str, at: datetime) -> Release:
        """Store a candidate with a new release, or return the release that its content already has.

        Known content gets a new one if its release ended without going live, or if `_RELEASE` forces it.
        """
        for _ in range(TRIES):
            known = self._item(*keys.candidate_key(candidate.content))
            if known and not self._again(known, candidate):
                return self.release(known["release"])
            number = self._last_number(candidate.model) + 1
            release = new_release.of_upload(candidate, number, state, reason, at, known["release"] if known else "")
            if self._write_new(release, _instead(known, keys.candidate_item(candidate, release))):
                return release
        raise Conflict(f"Other uploads of {candidate.model} keep arriving: {candidate.name} could not be recorded.")

    def open_again(self, release: Release, execution_id: str, at: datetime) -> Release:
        """Store another release of the candidate of `release`, for an execution that already runs."""
        for _ in range(TRIES):
            number = self._last_number(release.model) + 1
            again = new_release.of_push(release, number, execution_id, at)
            known = self._item(*keys.candidate_key(release.content))
            newest = _instead(known, {**known, "release": again.id}) if known else None
            if self._write_new(again, (keys.execution_item(execution_id, again.id), _NEW), newest):
                return again
            if carried := self.release_of(execution_id):
                return carried
        raise Conflict(f"Other releases of {release.model} keep being opened: {execution_id} could not be recorded.")

    def open_back(self, target: Release, by: str, reason: str, at: datetime) -> Release:
        """Store a release that goes back to `target`, or return the unfinished one that already does."""
        for _ in range(TRIES):
            known = self._item(*keys.candidate_key(target.content))
            newest = self.release(known["release"]) if known else None
            if newest and newest.rollback.to == target.id and not newest.state.ended:
                return newest
            again = new_release.of_way_back(target, self._last_number(target.model) + 1, by, reason, at)
            if self._write_new(again, _instead(known, {**known, "release": again.id}) if known else None):
                return again
        raise Conflict(f"Other releases of {target.model} keep being opened: try again to go back to {target.id}.")

    def release(self, release_id: str) -> Release:
        """Read a release, or raise NotFound."""
        item = self._item(*keys.release_key(release_id))
        if item is None:
            raise NotFound(f"The ledger has no release {release_id}.")
        return items.release_from(item)

    def release_of(self, execution_id: str) -> Release | None:
        """Return the release of a pipeline execution; None if it has none."""
        item = self._item(*keys.execution_key(execution_id))
        return self.release(item["release"]) if item else None

    def change(self, release_id: str, change: Change) -> Release:
        """Apply a change to the stored release, and return the result; an equal result writes nothing."""
        for _ in range(TRIES):
            current = self.release(release_id)
            changed = change(current)
            if changed == current:
                return current
            changed = replace(changed, revision=current.revision + 1)
            try:
                self._table.put_item(Item=items.release_item(changed), **_before(changed))
            except self._gone:
                continue
            return changed
        raise Conflict(f"{release_id} is being changed by others again and again.")

    def bind(self, release_id: str, execution_id: str) -> None:
        """Remember which release an execution carries."""
        self._table.put_item(Item=keys.execution_item(execution_id, release_id))

    def live(self) -> Release | None:
        """Return the release that production runs; None before the first."""
        item = self._item(*keys.LIVE)
        return self.release(item["release"]) if item else None

    def go_live(self, release_id: str, at: datetime, *, attempt: int = 1, back: bool = False) -> Release:
        """Mark a release live and, in the same transaction, the previous one retired (rolled back if `back`)."""
        for _ in range(TRIES):
            current, before = self.release(release_id), self.live()
            if current.state is State.LIVE or (current.state in _ONCE_LIVE and not back):
                return current
            live = replace(_moved(current, State.LIVE, at), attempt=max(attempt, current.attempt), reason="")
            if before and before.id != release_id and not back:
                live = replace(live, previous_live=before.id)
            if self._swap(live, before, State.ROLLED_BACK if back else State.RETIRED, at):
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
        """Return the newest releases, newest first; with `before`, those opened before it."""
        start = self.release(before) if before else None
        request = _of_model(model, start) if model else _of_all(start)
        found = self._query(ScanIndexForward=False, Limit=limit, **request)
        return list(islice(found, limit))

    def _query(self, **request: Any) -> Iterator[Release]:
        while True:
            page = self._table.query(**request)
            yield from (items.release_from(item) for item in page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def claim(self, job_id: str, owner: str, at: datetime, until: datetime, checkpoints: tuple[str, ...] = ()) -> Claim:
        """Take or renew the lease on a job until `until`; another owner's lease stays until it expires.

        `checkpoints` replace those that the lease has; without any, it keeps them.
        """
        known = self._item(*keys.job_key(job_id))
        wanted = Claim(ours=True, until=until, checkpoints=checkpoints)
        if not known:
            return self._claimed(keys.job_item(job_id, owner, at, wanted), wanted, _NEW)
        held, taken = datetime.fromisoformat(known["until"]), int(known["taken"])
        if known["owner"] != owner:
            if held > at:
                return Claim(ours=False, until=held, taken=taken)
            taken += 1
        wanted = replace(wanted, taken=taken, checkpoints=checkpoints or tuple(known.get("checkpoints", ())))
        return self._claimed(keys.job_item(job_id, owner, at, wanted), wanted, _still("until", known["until"]))

    def _claimed(self, item: Item, wanted: Claim, condition: Item) -> Claim:
        try:
            self._table.put_item(Item=item, **condition)
        except self._gone:  # somebody was faster, and holds it about as long
            return replace(wanted, ours=False)
        return wanted

    def _last_number(self, model: str) -> int:
        counter = self._item(*keys.counter_key(model))
        return int(counter["number"]) if counter else 0

    def _again(self, known: Item, candidate: Candidate) -> bool:
        """Return whether this is a later upload of the content, or a new reason to force it: no duplicate delivery."""
        if candidate.force and candidate.force.version_id != known.get("forced"):
            return True
        later = candidate.uploaded_at > datetime.fromisoformat(known["uploaded_at"])
        return later and self.release(known["release"]).state.open_to_another

    def _write_new(self, release: Release, *references: Put | None) -> bool:
        """Write a release, what refers to it, and the counter, together or not at all."""
        counted = _still("number", release.number - 1) if release.number > 1 else _NEW
        return self._transact(
            (items.release_item(release), _NEW),
            *(reference for reference in references if reference),
            (keys.counter_item(release), counted),
        )

    def _swap(self, live: Release, before: Release | None, gone: State, at: datetime) -> bool:
        pointing = _still("release", before.id) if before else _NEW
        puts = [(items.release_item(live), _before(live)), (keys.live_item(live), pointing)]
        if before and before.id != live.id:
            replaced = _moved(before, gone, at)
            puts.append((items.release_item(replaced), _before(replaced)))
        return self._transact(*puts)

    def _transact(self, *puts: Put) -> bool:
        writes: Any = [{"Put": {"TableName": self._table.name, "Item": item, **condition}} for item, condition in puts]
        try:
            self._client.transact_write_items(TransactItems=writes)  # the resource's client takes plain values
        except self._cancelled:
            return False
        return True


def _moved(release: Release, state: State, at: datetime) -> Release:
    return replace(release, state=state, times={**release.times, state: at}, revision=release.revision + 1)


_NEW: Item = {"ConditionExpression": "attribute_not_exists(pk)"}


def _still(name: str, value: Any) -> Item:
    """Make the condition that an attribute is what it was: transactions take no condition objects."""
    return {
        "ConditionExpression": "#name = :value",
        "ExpressionAttributeNames": {"#name": name},
        "ExpressionAttributeValues": {":value": value},
    }


def _instead(known: Item | None, item: Item) -> Put:
    """Put a candidate in the place of what was read of it."""
    return item, _still("release", known["release"]) if known else _NEW


def _of_all(start: Release | None) -> Item:
    key = Key("kind").eq(items.KIND)
    return {
        "IndexName": "history",
        "KeyConditionExpression": key & Key("opened_at").lt(items.opened_at(start)) if start else key,
    }


def _of_model(model: str, start: Release | None) -> Item:
    """A model's releases lie together by number, so nothing else is read; another model's start is none."""
    first, last = keys.release_range(model, start.number if start and start.model == model else None)
    return {"KeyConditionExpression": Key("pk").eq(first[0]) & Key("sk").between(first[1], last)}


def _before(release: Release) -> Item:
    return _still("revision", release.revision - 1)
