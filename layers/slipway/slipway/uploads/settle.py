"""When an upload is complete.

Nobody says so, hence each of these must hold:

1. the object we were told of is the newest; otherwise the event of the newer one settles the upload,
2. nothing is still being sent in parts, or it has been waited for long enough,
3. nothing has arrived for the settle time; a marker that came last shortens that to a few seconds,
4. every file that the marker lists is there, or has been waited for long enough,
5. where S3's dates do not tell when something arrived, two looks a settle time apart saw the same versions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from slipway.errors import NotSettled
from slipway.models import Arrival, UnfinishedUpload
from slipway.models.text import listed
from slipway.ports import Bucket, Clock
from slipway.uploads.layout import Layout
from slipway.uploads.upload import MODELS, Upload, list_upload

SECOND = timedelta(seconds=1)  # S3 dates objects by whole seconds
MAX_SLEEP = timedelta(seconds=5)  # a longer wait goes back into the queue
MARKED_SETTLE = timedelta(seconds=3)  # copies that run side by side end in any order
MISSING_TIMEOUT = timedelta(minutes=15)
MISSING_INTERVAL = timedelta(seconds=10)
PARTS_INTERVAL = timedelta(minutes=5)  # an upload in parts that ends has an event of its own; this is for aborted ones
PARTS_TIMEOUT = timedelta(minutes=30)  # S3 keeps what was given up for a day and more


@dataclass(frozen=True, slots=True)
class Settling:
    """Waits until uploads are complete: `settle` is how long nothing new may arrive."""

    bucket: Bucket
    clock: Clock
    settle: timedelta
    layout: Layout = MODELS

    def settled(self, arrival: Arrival) -> Upload | None:
        """Return the upload that an object belongs to once it is complete.

        None when there is nothing to do: all was deleted, or the event of something newer will settle it. Raises
        NotSettled when it is to be looked at again later.
        """
        upload = list_upload(self.bucket, self.layout.prefix_of(arrival.key), self.layout)
        if not upload.everything:
            return None
        arrived = upload.arrived(arrival)
        if _is_overtaken(upload, arrival.key, arrived):
            return None
        unfinished = self._unfinished(upload, arrived)
        remaining = arrived + self._quiet_time(upload, arrival.key) - self.clock.now()
        if remaining > MAX_SLEEP:
            seconds = remaining.total_seconds()
            raise NotSettled(f"{arrival.key} settles only in {seconds:.0f} s by S3's clock.", remaining, arrival.seen)
        if remaining > timedelta():
            # The queue has let the settle time pass already: this is what two clocks differ by.
            self.clock.sleep(remaining.total_seconds())
            return self.settled(arrival)
        self._require_nothing_missing(upload, arrived)
        self._require_two_equal_looks(upload, arrival)
        return replace(upload, unfinished=unfinished)

    def _unfinished(self, upload: Upload, arrived: datetime) -> tuple[UnfinishedUpload, ...]:
        """Return the multipart uploads below the prefix that were waited for in vain, for PARTS_TIMEOUT.

        Raises NotSettled while one is still waited for, or has only just ended.
        """
        unfinished = tuple(self.bucket.arriving(upload.prefix))
        if unfinished and self.clock.now() < arrived + PARTS_TIMEOUT:
            raise NotSettled(f"{upload.prefix} waits for what is being sent in parts.", PARTS_INTERVAL)
        # It may have ended between the listing and the question.
        if list_upload(self.bucket, upload.prefix, self.layout) != upload:
            raise NotSettled(f"{upload.prefix} has just changed.", SECOND)
        return unfinished

    def _quiet_time(self, upload: Upload, key: str) -> timedelta:
        """Return how long after an object's arrival its upload settles; shorter for the marker."""
        settle = self.settle + SECOND
        return min(settle, MARKED_SETTLE) if _completes(upload, key) else settle

    def _require_nothing_missing(self, upload: Upload, arrived: datetime) -> None:
        """Raise NotSettled while files that the marker lists have not arrived, for MISSING_TIMEOUT at most."""
        if upload.missing and not upload.marker.problems and self.clock.now() < arrived + MISSING_TIMEOUT:
            raise NotSettled(f"{upload.prefix} waits for {listed(upload.missing)}.", MISSING_INTERVAL)

    def _require_two_equal_looks(self, upload: Upload, arrival: Arrival) -> None:
        """Raise NotSettled until an upload looked the same twice, if S3 does not date the arrival of its objects."""
        # An ETag with a dash is that of an object sent in parts, which S3 dates by its beginning.
        undated = any("-" in item.etag for item in upload.everything if not arrival.is_of(item))
        if undated and not _completes(upload, arrival.key) and arrival.seen != upload.fingerprint:
            raise NotSettled(f"{upload.prefix} is looked at twice.", self.settle + SECOND, upload.fingerprint)


def _is_overtaken(upload: Upload, key: str, arrived: datetime) -> bool:
    """Return whether an object newer than the one that arrived is there, whose event will settle the upload.

    Of the objects of one second the marker, else the last by name, speaks for all.
    """
    if upload.is_marker(key):
        return upload.modified > arrived
    return max((item.modified, item.key) for item in upload.everything) > (arrived, key)


def _completes(upload: Upload, key: str) -> bool:
    """Return whether a key is the marker's, and files lie beside it."""
    return upload.is_marker(key) and bool(upload.objects)
