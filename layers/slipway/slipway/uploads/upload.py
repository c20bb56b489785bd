"""What was uploaded: the objects below a prefix, and the marker beside them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from slipway.models import Arrival, ObjectVersion
from slipway.ports import Bucket
from slipway.uploads import candidates, markers
from slipway.uploads.markers import Marker
from slipway.uploads.validation import yaml_documents


@dataclass(frozen=True, slots=True)
class Upload:
    """What lies below a prefix: `objects` are its current versions, without the marker and markers of folders."""

    prefix: str
    objects: tuple[ObjectVersion, ...]
    marker: Marker
    marked: tuple[ObjectVersion, ...]

    @property
    def everything(self) -> tuple[ObjectVersion, ...]:
        """The objects, and the marker if there is one."""
        return self.objects + self.marked

    @property
    def completed_at(self) -> datetime:
        """When the last of it arrived."""
        return max(item.modified for item in self.everything)

    @property
    def standing(self) -> str:
        """A digest of the versions that stand here."""
        versions = sorted(f"{item.key} {item.version_id}" for item in self.everything)
        return hashlib.sha256("\n".join(versions).encode()).hexdigest()[:16]

    def dated(self, arrival: Arrival) -> bool:
        """Tell whether we know when everything arrived: S3 dates what was sent in parts by when it began."""
        return not any("-" in item.etag for item in self.everything if not arrival.is_of(item))

    @property
    def missing(self) -> list[str]:
        """What the marker names and what is not there."""
        return self.marker.missing([item.key.removeprefix(self.prefix) for item in self.objects])


def look(bucket: Bucket, prefix: str) -> Upload:
    """Look at what lies below a prefix now."""
    found = [item for item in bucket.versions(prefix) if not item.key.endswith("/")]
    marked = tuple(item for item in found if item.key == candidates.marker_of(prefix))
    objects = tuple(item for item in found if item not in marked)
    return Upload(prefix, objects, _marker(bucket, marked), marked)


def _marker(bucket: Bucket, marked: tuple[ObjectVersion, ...]) -> Marker:
    if not marked:
        return Marker()
    (item,) = marked
    content = bucket.read(item.key, item.version_id, 0, min(item.size, yaml_documents.LIMIT + 1))
    return markers.read(content, item.version_id)
