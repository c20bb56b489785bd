"""An upload: the objects below one prefix of the model bucket, and the marker beside them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from slipway.models import Arrival, ObjectVersion
from slipway.ports import Bucket
from slipway.uploads import marker as markers
from slipway.uploads.marker import MARKER, Marker
from slipway.uploads.validation import yaml_documents


def prefix_of(key: str) -> str:
    """Return the prefix of the upload that a key belongs to: a folder below the model, or the key of a single file."""
    parts = key.split("/")
    return key if len(parts) == 3 else "/".join(parts[:3]) + "/"


def belongs_to_upload(key: str) -> bool:
    """Return whether a key lies below a model, and is more than the placeholder of a folder."""
    return key.count("/") >= 2 and not key.endswith("/")


@dataclass(frozen=True, slots=True)
class Upload:
    """The current object versions below a prefix: `objects` without the marker, `marked` the marker's, if any."""

    prefix: str
    objects: tuple[ObjectVersion, ...]
    marker: Marker
    marked: tuple[ObjectVersion, ...]

    @property
    def everything(self) -> tuple[ObjectVersion, ...]:
        """All objects, the marker among them."""
        return self.objects + self.marked

    @property
    def model(self) -> str:
        """The model's name, the first segment after `models/`."""
        return self.prefix.split("/")[1]

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


def list_upload(bucket: Bucket, prefix: str) -> Upload:
    """Return the upload that lies below a prefix now."""
    found = [item for item in bucket.versions(prefix) if not item.key.endswith("/")]
    marked = tuple(item for item in found if prefix.endswith("/") and item.key == prefix + MARKER)
    objects = tuple(item for item in found if item not in marked)
    return Upload(prefix, objects, _read_marker(bucket, marked), marked)


def _read_marker(bucket: Bucket, marked: tuple[ObjectVersion, ...]) -> Marker:
    """Return the marker among the objects; an empty one if there is none."""
    if not marked:
        return Marker()
    (item,) = marked
    content = bucket.read(item.key, item.version_id, 0, min(item.size, yaml_documents.LIMIT + 1))
    return markers.read(content, item.version_id)
