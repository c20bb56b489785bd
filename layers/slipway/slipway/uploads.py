"""What an object that arrives in the model bucket sets in motion."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from slipway import candidates
from slipway.errors import NotSettled
from slipway.models import Candidate, Json, Release, State
from slipway.ports import Bucket, Clock, Ledger, Pipeline
from slipway.preflight.formats import Rules
from slipway.preflight.inspection import inspect

PATIENCE = timedelta(seconds=5)


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

    def receive(self, key: str, arrived_at: datetime) -> Release | None:
        """Release the upload that an object belongs to, once it is complete.

        None when there is nothing to do yet (something newer has arrived) or any more (all was deleted).
        Every step can be repeated: a crash anywhere and a second delivery end in the same one execution.
        """
        if key.count("/") < 2 or key.endswith("/"):  # beside the models, or the marker of a folder
            return None
        prefix = candidates.prefix_of(key)
        objects = [item for item in self.bucket.versions(prefix) if not item.key.endswith("/")]
        if not objects:
            return None
        # S3 dates an object that was sent in parts by the moment that its upload began, its event by when it ended.
        arrived = max([arrived_at, *(item.modified for item in objects if item.key == key)])
        if candidates.overtaken(objects, key, arrived) or self.bucket.arriving(prefix):
            return None
        if early := candidates.early(arrived, self.settle, self.clock.now()):
            return self._later(key, arrived_at, early)
        return self._open(candidates.freeze(self.bucket, prefix, objects))

    def _later(self, key: str, arrived_at: datetime, early: timedelta) -> Release | None:
        """Wait out what two clocks differ by: the queue has let the settle time pass already."""
        if early > PATIENCE:
            raise NotSettled(f"{key} settles only in {early.total_seconds():.0f} s by S3's clock.")
        self.clock.sleep(early.total_seconds())
        return self.receive(key, arrived_at)

    def _open(self, candidate: Candidate) -> Release:
        found = inspect(self.bucket, candidate, Rules(self.max_bytes, self.allow_pickle))
        candidate = replace(candidate, author=found.author)
        state = State.REFUSED if found.problems else State.RECEIVED
        release = self.ledger.open(candidate, state, " ".join(found.problems), self.clock.now())
        if release.state is State.RECEIVED and not release.execution_id:
            return self._start(release, candidate)
        return release

    def _start(self, release: Release, candidate: Candidate) -> Release:
        body = json.dumps(manifest_of(candidate), indent=2).encode()
        self.bucket.write_once(f"candidates/{candidate.name}.json", body, "application/json")
        execution_id = self.pipeline.start(release.id)
        self.ledger.bind(release.id, execution_id)
        return self.ledger.change(release.id, lambda current: replace(current, execution_id=execution_id))


def manifest_of(candidate: Candidate) -> Json:
    """Write a candidate down as the build reads it."""
    return {
        "candidate": candidate.name,
        "model": candidate.model,
        "prefix": candidate.prefix,
        "author": candidate.author,
        "uploaded_at": candidate.uploaded_at.isoformat(),
        "bytes": candidate.bytes,
        "files": [asdict(file) for file in candidate.files],
    }
