"""An object arrives in the model bucket: its upload is settled, frozen, validated, and released or refused."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta

from slipway.models import Arrival, Candidate, Release, Repeat, State
from slipway.models.text import listed
from slipway.ports import Bucket, Clock, Ledger, Pipeline
from slipway.releases import start_execution
from slipway.uploads import freeze
from slipway.uploads.marker import MARKER
from slipway.uploads.settle import MISSING_TIMEOUT, Settling
from slipway.uploads.upload import Upload, belongs_to_upload

MAX_REPEATS = 20  # remembered by a release


@dataclass(frozen=True, slots=True)
class UploadReceiver:
    """Receives uploads; `settle` is how long nothing new may arrive, `max_bytes` the most an upload may weigh.

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
        """Release or refuse the upload that an object belongs to, once it is complete.

        None when there is nothing to do; raises NotSettled to be called again later. Every step can be repeated: a
        crash anywhere and a second delivery end in the same one release with the same one execution.
        """
        if not belongs_to_upload(arrival.key):
            return None
        upload = Settling(self.bucket, self.clock, self.settle).settled(arrival)
        if upload is None:
            return None
        candidate, problems = self._validated(upload)
        release = self._open(candidate, problems)
        if start_execution.to_start(release):
            return start_execution.start(self.ledger, self.pipeline, release)
        return release

    def _validated(self, upload: Upload) -> tuple[Candidate, list[str]]:
        # Imported late: most events only find that something newer has arrived.
        from slipway.uploads.validation.formats import Rules
        from slipway.uploads.validation.inspection import inspect

        faults = [*upload.marker.problems, *_missing(upload)]
        # A content must not be remembered as refused for what its marker got wrong.
        objects = upload.everything if faults or not upload.objects else upload.objects
        candidate = freeze.freeze(self.bucket, upload, objects)
        found = inspect(self.bucket, candidate, Rules(self.max_bytes, self.allow_pickle, freeze.MAX_FILES))
        return replace(candidate, author=found.author), [*found.problems, *faults]

    def _open(self, candidate: Candidate, problems: list[str]) -> Release:
        if not problems:
            manifest = json.dumps(freeze.manifest(candidate), indent=2).encode()
            self.bucket.write_once(f"candidates/{candidate.name}.json", manifest, "application/json")
        state = State.REFUSED if problems else State.RECEIVED
        release = self.ledger.open(candidate, state, " ".join(problems), self.clock.now())
        return self._remember_repeat(release, candidate)

    def _remember_repeat(self, release: Release, candidate: Candidate) -> Release:
        """Note that a content came again, so that whoever waits for it is told which release it is."""
        repeat = Repeat(candidate.prefix, candidate.uploaded_at)
        if repeat == Repeat(release.prefix, release.uploaded_at or candidate.uploaded_at):
            return release
        return self.ledger.change(release.id, lambda current: _with(current, repeat))


def _missing(upload: Upload) -> list[str]:
    if not upload.missing:
        return []
    minutes = MISSING_TIMEOUT.total_seconds() // 60
    what = f"{MARKER} names {listed(upload.missing)}, which did not arrive within {minutes:.0f} minutes"
    return [f"{what}: upload what is missing, then {MARKER} again."]


def _with(release: Release, repeat: Repeat) -> Release:
    if repeat in release.repeats:
        return release
    return replace(release, repeats=(*release.repeats, repeat)[-MAX_REPEATS:])
