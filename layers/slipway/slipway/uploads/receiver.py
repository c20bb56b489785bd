"""What an object that arrives in the model bucket sets in motion."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta

from slipway.errors import NotSettled
from slipway.models import Arrival, Candidate, Release, Repeat, State
from slipway.models.text import listed
from slipway.ports import Bucket, Clock, Ledger, Pipeline
from slipway.releases import start_execution
from slipway.uploads import candidates
from slipway.uploads.upload import Upload, look

SECOND = timedelta(seconds=1)  # S3 counts whole ones
PATIENCE = timedelta(seconds=5)  # a function itself does not wait longer
MARKED = timedelta(seconds=3)  # what uploads side by side ends in any order
MISSING_FOR = timedelta(minutes=15)
LOOK_AGAIN = timedelta(seconds=10)
PARTS = timedelta(minutes=5)  # what ends has an event of its own; this is for what is given up
REPEATS = 20  # as many as a release remembers


@dataclass(frozen=True, slots=True)
class Uploads:
    """Receives uploads; `settle` is the quiet time that makes one complete, `max_bytes` the most it may weigh.

    `allow_pickle` permits the formats that run code when they are loaded.
    """

    bucket: Bucket
    ledger: Ledger
    pipeline: Pipeline
    clock: Clock
    settle: timedelta
    max_bytes: int
    allow_pickle: bool = False

    def receive(self, arrival: Arrival) -> Release | None:
        """Release the upload that an object belongs to, once it is complete; NotSettled asks to be called again.

        None when there is nothing to do yet (something newer has arrived) or any more (all was deleted).
        Every step can be repeated: a crash anywhere and a second delivery end in the same one execution.
        """
        if not candidates.is_upload(arrival.key):
            return None
        upload = look(self.bucket, candidates.prefix_of(arrival.key))
        if not upload.everything:
            return None
        # S3 dates an object that was sent in parts by the moment that its upload began, its event by when it ended.
        arrived = max([arrival.at, *(item.modified for item in upload.everything if arrival.is_of(item))])
        if candidates.overtaken(upload.everything, arrival.key, arrived):
            return None
        self._check_whole(upload)
        if early := candidates.early(arrived, self._quiet(upload, arrival.key), self.clock.now()):
            return self._later(arrival, early)
        if upload.missing and not upload.marker.problems and self.clock.now() < arrived + MISSING_FOR:
            raise NotSettled(f"{upload.prefix} waits for {listed(upload.missing)}.", LOOK_AGAIN)
        self._check_quiet(upload, arrival)
        return self._open(upload)

    def _check_whole(self, upload: Upload) -> None:
        """Wait for what is being sent in parts; it may have ended since we looked."""
        if self.bucket.arriving(upload.prefix):
            raise NotSettled(f"{upload.prefix} waits for what is being sent in parts.", PARTS)
        if look(self.bucket, upload.prefix) != upload:
            raise NotSettled(f"{upload.prefix} has just changed.", SECOND)

    def _check_quiet(self, upload: Upload, arrival: Arrival) -> None:
        """Where dates do not tell when something arrived, see that all stands as it did a settle time ago."""
        known = upload.dated(arrival) or self._marks(upload, arrival.key)
        if not known and arrival.seen != upload.standing:
            raise NotSettled(f"{upload.prefix} is looked at twice.", self.settle + SECOND, upload.standing)

    def _marks(self, upload: Upload, key: str) -> bool:
        return key == candidates.marker_of(upload.prefix) and bool(upload.objects)

    def _quiet(self, upload: Upload, key: str) -> timedelta:
        """Give how long nothing must arrive: hardly any time when the marker came last, and not alone."""
        settle = self.settle + SECOND
        return min(settle, MARKED) if self._marks(upload, key) else settle

    def _later(self, arrival: Arrival, early: timedelta) -> Release | None:
        """Wait out what two clocks differ by: the queue has let the settle time pass already."""
        if early > PATIENCE:
            seconds = early.total_seconds()
            raise NotSettled(f"{arrival.key} settles only in {seconds:.0f} s by S3's clock.", early, arrival.seen)
        self.clock.sleep(early.total_seconds())
        return self.receive(arrival)

    def _open(self, upload: Upload) -> Release:
        # Most events only find that something newer has arrived.
        from slipway.uploads.validation.formats import Rules
        from slipway.uploads.validation.inspection import inspect

        faults = [*upload.marker.problems, *_given_up(upload.missing)]
        # A content must not be remembered as refused for what its marker got wrong.
        named = upload.everything if faults or not upload.objects else upload.objects
        candidate = candidates.freeze(self.bucket, upload.prefix, named)
        found = inspect(self.bucket, candidate, Rules(self.max_bytes, self.allow_pickle, candidates.MAX_FILES))
        candidate = replace(candidate, author=found.author, force=upload.marker.forces, uploaded_at=upload.completed_at)
        problems = [*found.problems, *faults]
        if problems:
            return self._recorded(candidate, State.REFUSED, " ".join(problems))
        body = json.dumps(candidates.manifest_of(candidate), indent=2).encode()
        self.bucket.write_once(f"candidates/{candidate.name}.json", body, "application/json")
        release = self._recorded(candidate, State.RECEIVED, "")
        return (
            start_execution.start(self.ledger, self.pipeline, release) if start_execution.to_start(release) else release
        )

    def _recorded(self, candidate: Candidate, state: State, reason: str) -> Release:
        release = self.ledger.open(candidate, state, reason, self.clock.now())
        return self._repeated(release, candidate)

    def _repeated(self, release: Release, candidate: Candidate) -> Release:
        """Remember that a content came again, so that somebody who waits for it is told which release it is."""
        repeat = Repeat(candidate.prefix, candidate.uploaded_at)
        if repeat == Repeat(release.prefix, release.uploaded_at or candidate.uploaded_at):
            return release
        return self.ledger.change(release.id, lambda current: _with(current, repeat))


def _given_up(missing: list[str]) -> list[str]:
    if not missing:
        return []
    minutes = MISSING_FOR.total_seconds() // 60
    told = f"{candidates.MARKER} names {listed(missing)}, which did not arrive within {minutes:.0f} minutes"
    return [f"{told}: upload what is missing, then {candidates.MARKER} again."]


def _with(release: Release, repeat: Repeat) -> Release:
    if repeat in release.repeats:
        return release
    return replace(release, repeats=(*release.repeats, repeat)[-REPEATS:])
