"""What arrives in the model bucket, and the candidates that it becomes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ObjectVersion:
    """One version of one S3 object; `size` in bytes."""

    key: str
    version_id: str
    size: int
    etag: str
    modified: datetime


@dataclass(frozen=True, slots=True)
class UnfinishedUpload:
    """A multipart upload that was begun and neither completed nor aborted."""

    key: str
    id: str
    began: datetime
    bucket: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """What an event tells of an object: that it is there, since when, and which version it is.

    An event may lack the version; its ETag and size then tell. `seen` is what an earlier look at the upload has left.
    """

    key: str
    at: datetime
    version_id: str = ""
    etag: str = ""
    size: int = -1
    seen: str = ""

    def is_of(self, item: ObjectVersion) -> bool:
        """Return whether a version is the one that has arrived."""
        if item.key != self.key:
            return False
        if self.version_id:
            return item.version_id == self.version_id
        return not self.etag or (item.etag, item.size) == (self.etag, self.size)


@dataclass(frozen=True, slots=True)
class Checksum:
    """A checksum as S3 keeps it: `value` is base64, with `-N` behind it if composite."""

    algorithm: str
    value: str


@dataclass(frozen=True, slots=True)
class CandidateFile:
    """One file of a candidate: `path` below the upload's prefix, and the exact version it stands for.

    `sha256` is what Slipway computed of that version's bytes, in hex. `checksum` is S3's: whoever uploads chooses its
    algorithm, so it finds accidents in transfer and proves nothing.
    """

    path: str
    key: str
    version_id: str
    size: int
    etag: str
    sha256: str = ""
    checksum: Checksum | None = None


@dataclass(frozen=True, slots=True)
class Force:
    """A person's word that a known content is released again: why, and the version of `_RELEASE` that says so."""

    reason: str
    version_id: str


@dataclass(frozen=True, slots=True)
class Replacement:
    """Another model that a release takes the place of in production, and why; empty for the same model."""

    model: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What its author says of a model, which nothing proves.

    `metrics` maps names to numbers as texts, `lineage` the words training_run, data and code to where each is.
    """

    notes: str = ""
    metrics: dict[str, str] = field(default_factory=dict)
    lineage: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One upload, frozen as a list of exact object versions and named by its content.

    `digest` is the SHA-256 over the sorted paths, sizes and SHA-256 of all files, in hex; `name` shows its beginning.
    `fingerprint` names the exact versions, so that a second delivery of the same event is known. `marker` is the
    version of the `_RELEASE` beside the files; empty without one.
    """

    name: str
    model: str
    prefix: str
    files: tuple[CandidateFile, ...]
    uploaded_at: datetime
    author: str = ""
    force: Force | None = None
    digest: str = ""
    fingerprint: str = ""
    replaces: Replacement = field(default_factory=Replacement)
    model_card: ModelCard = field(default_factory=ModelCard)
    marker: str = ""

    @property
    def content(self) -> str:
        """The key of the content in the ledger: the model and the whole digest; the name where that is not known."""
        return content_of(self.model, self.digest) or self.name

    @property
    def bytes(self) -> int:
        """The size of all files together, in bytes."""
        return sum(file.size for file in self.files)


def content_of(model: str, digest: str) -> str:
    """Return the key of a model's content in the ledger; empty without a digest."""
    return f"{model}-{digest}" if digest else ""
