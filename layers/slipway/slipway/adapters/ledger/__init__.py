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

from collections.abc import Callable, Iterator
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
    """The ledger; every write is conditional on what it was decided on.

    `observe` is called once for each release that was written, with what it was before (None for a new one).
    """

    def __init__(self, table: str, observe: Callable[[Release | None, Release], None] = lambda *_: None) -> None:
        self._observe = observe
        self._resource = boto3.resource("dynamodb")
        super().__init__(self._resource.Table(table))
        self._client = self._table.meta.client
        self._cancelled = self._client.exceptions.TransactionCanceledException

    def open(self, candidate: Candidate, state: State, reason: str, at: datetime) -> Release:
        """Store a new release of a candidate, or return the release that the same content already has.

        Known content gets a new one if its release ended without going live, or if `_RELEASE` forces it.
        """
        for _ in range(TRIES):
            known = self._item(*keys.candidate_key(candidate.content))
            if known and not self._is_worth_another_release(known, candidate):
                return self.release(known["release"])
            number = self._last_number(candidate.model) + 1
            release = new_release.of_upload(candidate, number, state, reason, at, known["release"] if known else "")
            if self._write_new(release, _replacing(known, keys.candidate_item(candidate, release))):
                return release
        raise Conflict(f"Other uploads of {candidate.model} keep arriving: {candidate.name} could not be recorded.")

    def open_again(self, release: Release, execution_id: str, at: datetime) -> Release:
        """Store, and return, another release of the candidate of `release`, for an execution that already runs.

        Returns the one that the execution carries already, if another invocation was faster.
        """
        for _ in range(TRIES):
            number = self._last_number(release.model) + 1
            again = new_release.of_push(release, number, execution_id, at)
            known = self._item(*keys.candidate_key(release.content))
            newest = _replacing(known, {**known, "release": again.id}) if known else None
            if self._write_new(again, (keys.execution_item(execution_id, again.id), _NEW), newest):
                return again
            if carried := self.release_of(execution_id):
                return carried
        raise Conflict(f"Other releases of {release.model} keep being opened: {execution_id} could not be recorded.")

    def open_back(self, target: Release, by: str, reason: str, at: datetime) -> Release:
        """Store, and return, a release that goes back to `target`, or return the unfinished one that already does."""
        for _ in range(TRIES):
            known = self._item(*keys.candidate_key(target.content))
            newest = self.release(known["release"]) if known else None
            if newest and newest.rollback.to == target.id and not newest.state.ended:
                return newest
            again = new_release.of_rollback(target, self._last_number(target.model) + 1, by, reason, at)
            if self._write_new(again, _replacing(known, {**known, "release": again.id}) if known else None):
                return again
        raise Conflict(f"Other releases of {target.model} keep being opened: try again to go back to {target.id}.")

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
        for _ in range(TRIES):
            current = self.release(release_id)
            changed = change(current)
            if changed == current:
                return current
            changed = replace(changed, revision=current.revision + 1)
            try:
                self._table.put_item(Item=items.release_item(changed), **_replacing_revision(changed))
            except self._gone:
                continue
            self._observe(current, changed)
            return changed
        raise Conflict(f"{release_id} is being changed by others again and again.")

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
        return list(islice(found, limit))

    def _query(self, **request: Any) -> Iterator[Release]:
        """Yield the releases that a query of the table finds, page by page."""
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
            return self._put_claim(keys.job_item(job_id, owner, at, wanted), wanted, _NEW)
        held, taken = datetime.fromisoformat(known["until"]), int(known["taken"])
        if known["owner"] != owner:
            if held > at:
                return Claim(ours=False, until=held, taken=taken)
            taken += 1
        wanted = replace(wanted, taken=taken, checkpoints=checkpoints or tuple(known.get("checkpoints", ())))
        return self._put_claim(keys.job_item(job_id, owner, at, wanted), wanted, _if_equal("until", known["until"]))

    def _put_claim(self, item: Item, wanted: Claim, condition: Item) -> Claim:
        """Write a lease under a condition, and return whether it is ours; if not, another invocation was faster."""
        try:
            self._table.put_item(Item=item, **condition)
        except self._gone:  # somebody was faster, and holds it about as long
            return replace(wanted, ours=False)
        return wanted

    def _last_number(self, model: str) -> int:
        """Return the number of a model's newest release; 0 before the first."""
        counter = self._item(*keys.counter_key(model))
        return int(counter["number"]) if counter else 0

    def _is_worth_another_release(self, known: Item, candidate: Candidate) -> bool:
        """Return whether known content gets another release: it was uploaded later, or is forced by another marker."""
        if candidate.force and candidate.force.version_id != known.get("forced"):
            return True
        later = candidate.uploaded_at > datetime.fromisoformat(known["uploaded_at"])
        return later and self.release(known["release"]).state.open_to_another

    def _write_new(self, release: Release, *references: Put | None) -> bool:
        """Write a new release, what refers to it, and its model's counter, all or nothing; return whether it did."""
        counted = _if_equal("number", release.number - 1) if release.number > 1 else _NEW
        written = self._transact(
            (items.release_item(release), _NEW),
            *(reference for reference in references if reference),
            (keys.counter_item(release), counted),
        )
        if written:
            self._observe(None, release)
        return written

    def _write_live(self, current: Release, live: Release, before: Release | None, gone: State, at: datetime) -> bool:
        """Write `current` as `live`, and the one before as `gone`, in one transaction; return whether it succeeded."""
        changes = [(current, live)]
        pointing = _if_equal("release", before.id) if before else _NEW
        puts = [(items.release_item(live), _replacing_revision(live)), (keys.live_item(live), pointing)]
        if before and before.id != live.id:
            replaced = _in_state(before, gone, at)
            puts.append((items.release_item(replaced), _replacing_revision(replaced)))
            changes.append((before, replaced))
        written = self._transact(*puts)
        for old, new in changes if written else ():
            self._observe(old, new)
        return written

    def _transact(self, *puts: Put) -> bool:
        """Write items, each under its condition, in one transaction; return False if a condition did not hold."""
        writes: Any = [{"Put": {"TableName": self._table.name, "Item": item, **condition}} for item, condition in puts]
        try:
            self._client.transact_write_items(TransactItems=writes)  # the resource's client takes plain values
        except self._cancelled:
            return False
        return True


def _in_state(release: Release, state: State, at: datetime) -> Release:
    """Return a release in a new state, with the time at which it came there, as its next revision."""
    return replace(release, state=state, times={**release.times, state: at}, revision=release.revision + 1)


_NEW: Item = {"ConditionExpression": "attribute_not_exists(pk)"}


def _if_equal(name: str, value: Any) -> Item:
    """Return the condition that an attribute has a value, as transactions take it."""
    return {
        "ConditionExpression": "#name = :value",
        "ExpressionAttributeNames": {"#name": name},
        "ExpressionAttributeValues": {":value": value},
    }


def _replacing(known: Item | None, item: Item) -> Put:
    """Return the write that puts a candidate's item in the place of `known`, if that is still what was read."""
    return item, _if_equal("release", known["release"]) if known else _NEW


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


def _replacing_revision(release: Release) -> Item:
    """Return the condition that the stored release is the revision before this one."""
    return _if_equal("revision", release.revision - 1)
