"""New releases: each is written with what refers to it, and with its model's counter, all or nothing."""

from __future__ import annotations

from datetime import datetime

from slipway.adapters.ledger import items, keys
from slipway.adapters.ledger.keys import Item
from slipway.adapters.ledger.releases import Releases
from slipway.adapters.ledger.table import NEW, TRIES, Put, if_equal
from slipway.errors import Conflict
from slipway.models import Candidate, Release, State, new_release


class Opening(Releases):
    """Opens releases in the ledger's table."""

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
            carried = keys.execution_item(execution_id, again.id), NEW
            if self._write_new(again, carried, _newest(known, again)):
                return again
            if faster := self.release_of(execution_id):
                return faster
        raise Conflict(f"Other releases of {release.model} keep being opened: {execution_id} could not be recorded.")

    def open_back(self, target: Release, by: str, reason: str, at: datetime) -> Release:
        """Store, and return, a release that goes back to `target`, or return the unfinished one that already does."""
        for _ in range(TRIES):
            known = self._item(*keys.candidate_key(target.content))
            newest = self.release(known["release"]) if known else None
            if newest and newest.rollback.to == target.id and not newest.state.ended:
                return newest
            again = new_release.of_rollback(target, self._last_number(target.model) + 1, by, reason, at)
            if self._write_new(again, _newest(known, again)):
                return again
        raise Conflict(f"Other releases of {target.model} keep being opened: try again to go back to {target.id}.")

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
        counted = if_equal("number", release.number - 1) if release.number > 1 else NEW
        written = self._transact(
            (items.release_item(release), NEW),
            *(reference for reference in references if reference),
            (keys.counter_item(release), counted),
        )
        if written:
            self._observe(None, release)
        return written


def _newest(known: Item | None, release: Release) -> Put | None:
    """Return the write that makes a release the newest one of its content; None if the content is not known."""
    return _replacing(known, {**known, "release": release.id}) if known else None


def _replacing(known: Item | None, item: Item) -> Put:
    """Return the write that puts a candidate's item in the place of `known`, if that is still what was read."""
    return item, if_equal("release", known["release"]) if known else NEW
