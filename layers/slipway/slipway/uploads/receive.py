"""An object arrives in the model bucket: its upload is settled, validated, frozen, and released or refused."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta

from slipway.errors import Refused
from slipway.models import Arrival, Candidate, ObjectVersion, Release, Repeat, State
from slipway.models.text import listed
from slipway.ports import Bucket, Clock, Ledger, Pipeline
from slipway.releases import start_execution
from slipway.uploads import freeze, limits, model_signature
from slipway.uploads.layout import Layout
from slipway.uploads.limits import Deadline, OutOfTime, Rules
from slipway.uploads.marker import MARKER, Marker
from slipway.uploads.provenance import Provenance
from slipway.uploads.replacement import replacement
from slipway.uploads.settle import MISSING_TIMEOUT, Settling
from slipway.uploads.unfinished import unfinished_problem
from slipway.uploads.upload import MODELS, Upload

MAX_REPEATS = 20  # remembered by a release


@dataclass(frozen=True, slots=True)
class UploadReceiver:
    """Receives uploads; `settle` is how long nothing new may arrive, `rules` what the operators allow."""

    bucket: Bucket
    ledger: Ledger
    pipeline: Pipeline
    clock: Clock
    settle: timedelta
    rules: Rules
    layout: Layout = MODELS
    provenance: Provenance | None = None  # where CloudTrail tells who uploads

    def receive(self, arrival: Arrival) -> Release | None:
        """Release or refuse the upload that an object belongs to, once it is complete, and return its release.

        None when there is nothing to do; raises NotSettled to be called again later. Every step can be repeated: a
        crash anywhere and a second delivery end in the same one release with the same one execution.
        """
        if misplacement := self.layout.misplacement(arrival.key):
            return self._refuse_misplaced(arrival, misplacement)
        if not self.layout.contains(arrival.key):
            return None
        upload = Settling(self.bucket, self.clock, self.settle, self.layout).settled(arrival)
        if upload is None:
            return None
        rate = limits.rate(self.ledger, upload.model, self.clock.now(), self.rules)
        known = next((release for release in rate.recent if release.fingerprint == upload.fingerprint), None)
        if known and not start_execution.needs_execution(known):
            return known
        if not known and rate.is_exceeded(self.rules):
            # One has been refused for it: a card for each would tell nobody more.
            return next(iter(rate.recent), None)
        refusal = "" if known else rate.problem(self.rules) or unfinished_problem(upload)
        return self._release(upload, refusal)

    def _refuse_misplaced(self, arrival: Arrival, misplacement: str) -> Release | None:
        """Return the refusal of what lies where no upload is, one for each folder and hour; nothing of it is read."""
        prefix = self.layout.prefix_of(arrival.key)
        item = ObjectVersion(arrival.key, arrival.version_id, max(arrival.size, 0), arrival.etag, arrival.at)
        upload = Upload(self.layout.model_of(prefix), prefix, (item,), Marker(), ())
        recent = limits.recent_uploads(self.ledger, upload.model, self.clock.now(), self.rules)
        if known := next((release for release in recent if release.prefix == prefix), None):
            return known
        if len(recent) >= self.rules.max_uploads_per_hour:
            return None
        return self._release(upload, misplacement)

    def _release(self, upload: Upload, refusal: str) -> Release:
        """Open a release of an upload, started or refused, and return it; if the content is known, its release."""
        candidate, problems = self._refused_unread(upload, refusal) if refusal else self._validated(upload)
        state = State.REFUSED if problems else State.RECEIVED
        release = self.ledger.open(candidate, state, limits.refusal(problems), self.clock.now())
        if start_execution.needs_execution(release):
            # Each release has a manifest of its own: an earlier upload of the same content names other versions.
            manifest = json.dumps(freeze.manifest(candidate), indent=2).encode()
            self.bucket.write_once(release.manifest_key, manifest, "application/json")
            release = start_execution.start(self.ledger, self.pipeline, release)
            if self.provenance:  # CloudTrail may have told all of it while the upload was read
                release = self.provenance.bind(release, freeze.versions(candidate)) or release
        return self._record_repeat(release, candidate, upload)

    def _refused_unread(self, upload: Upload, *problems: str) -> tuple[Candidate, list[str]]:
        """Return an upload's candidate without reading its files, with the problems for which it is refused."""
        return freeze.listed(upload, upload.everything), list(problems)

    def _validated(self, upload: Upload) -> tuple[Candidate, list[str]]:
        """Return an upload's frozen candidate and its problems, all of its files read."""
        # Imported late: most events only find that something newer has arrived.
        from slipway.uploads.validation.inspection import inspect

        deadline = Deadline(self.clock)
        faults = [*upload.marker.problems, *_missing_problem(upload)]
        listing = freeze.listed(upload, upload.objects)
        if problem := limits.listing_problem(listing, self.rules):
            return self._refused_unread(upload, problem, *faults)
        try:
            replaced = replacement(self.ledger, upload.model, upload.marker, self.rules)
        except Refused as problem:
            # Nor is it read: the same content may come again with the word that it takes.
            return self._refused_unread(upload, str(problem), *faults)
        try:
            found = inspect(self.bucket, listing, self.rules, deadline)
            # A content must not be remembered as refused for what its marker got wrong.
            frozen = freeze.listed(upload, upload.everything) if faults else listing
            candidate = freeze.freeze(self.bucket, frozen, deadline)
        except OutOfTime as problem:
            return self._refused_unread(upload, str(problem), *faults)
        unsigned = model_signature.problems(self.bucket, candidate, self.rules.signing_keys)
        candidate = replace(candidate, author=found.author, model_card=found.model_card, replaces=replaced)
        return candidate, [*found.problems, *unsigned, *faults]

    def _record_repeat(self, release: Release, candidate: Candidate, upload: Upload) -> Release:
        """Return a release with a note that its content came again, which people are told.

        A marker that comes when its folder has settled already brings nothing again.
        """
        newest = max((item.modified for item in upload.objects), default=upload.modified)
        if candidate.prefix == release.prefix and newest <= (release.uploaded_at or newest):
            return release
        repeat = Repeat(candidate.prefix, candidate.uploaded_at)
        return self.ledger.change(release.id, lambda current: _with_repeat(current, repeat))


def _missing_problem(upload: Upload) -> list[str]:
    """Return the sentence that what the marker lists did not arrive in time, if so."""
    if not upload.missing:
        return []
    minutes = MISSING_TIMEOUT.total_seconds() // 60
    what = f"{MARKER} names {listed(upload.missing)}, which did not arrive within {minutes:.0f} minutes"
    return [f"{what}: upload what is missing, then {MARKER} again."]


def _with_repeat(release: Release, repeat: Repeat) -> Release:
    """Return a release with one more upload of its content; of many, the last ones."""
    if repeat in release.repeats:
        return release
    return replace(release, repeats=(*release.repeats, repeat)[-MAX_REPEATS:])
