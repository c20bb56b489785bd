"""An upload: the objects below one prefix of the model bucket, and the marker beside them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from slipway.models import Arrival, ObjectVersion, UnfinishedUpload
from slipway.ports import Bucket
from slipway.uploads import marker as markers
from slipway.uploads.layout import Layout
from slipway.uploads.marker import MARKER, Marker
from slipway.uploads.validation import yaml_documents

MODELS = Layout()


@dataclass(frozen=True, slots=True)
class Upload:
    """The current object versions below a prefix: `objects` without the marker, `marked` the marker's, if any.

    `unfinished` are the multipart uploads that it is not waited for any longer.
    """

    model: str
    prefix: str
    objects: tuple[ObjectVersion, ...]
    marker: Marker
    marked: tuple[ObjectVersion, ...]
    unfinished: tuple[UnfinishedUpload, ...] = ()

    @property
    def everything(self) -> tuple[ObjectVersion, ...]:
        """All objects, the marker among them."""
        return self.objects + self.marked

    @property
    def modified(self) -> datetime:
        """The time at which the newest object was modified, by S3's clock."""
        return max(item.modified for item in self.everything)

    @property
    def fingerprint(self) -> str:
        """A digest of the exact versions: equal while nothing arrives and nothing is deleted."""
        versions = sorted(f"{item.key} {item.version_id}" for item in self.everything)
        return hashlib.sha256("\n".join(versions).encode()).hexdigest()[:16]

    @property
    def missing(self) -> list[str]:
        """The paths that the marker lists and that are not there."""
        return self.marker.missing([item.key.removeprefix(self.prefix) for item in self.objects])

    def arrived(self, arrival: Arrival) -> datetime:
        """Return when an object arrived: S3 dates a multipart upload by its beginning, its event by its end."""
        return max([arrival.at, *(item.modified for item in self.everything if arrival.is_of(item))])

    def is_marker(self, key: str) -> bool:
        """Return whether a key is that of this upload's marker."""
        return self.prefix.endswith("/") and key == self.prefix + MARKER


def list_upload(bucket: Bucket, prefix: str, layout: Layout = MODELS) -> Upload:
    """Return the upload that lies below a prefix now."""
    found = [item for item in bucket.versions(prefix) if not item.key.endswith("/")]
    marked = tuple(item for item in found if prefix.endswith("/") and item.key == prefix + MARKER)
    objects = tuple(item for item in found if item not in marked)
    return Upload(layout.model_of(prefix), prefix, objects, _read_marker(bucket, marked), marked)


def _read_marker(bucket: Bucket, marked: tuple[ObjectVersion, ...]) -> Marker:
    """Return the marker among the objects; an empty one if there is none."""
    if not marked:
        return Marker()
    (item,) = marked
    content = bucket.read(item.key, item.version_id, 0, min(item.size, yaml_documents.LIMIT + 1))
    return markers.read(content, item.version_id)
