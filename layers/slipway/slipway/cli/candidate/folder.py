"""A folder on its author's machine, read as the upload that it will be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from slipway.models import Candidate, CandidateFile, Checksum
from slipway.uploads import marker
from slipway.uploads.marker import MARKER, Marker
from slipway.uploads.validation import yaml_documents

_CHUNK = 1 << 23  # bytes


@dataclass(frozen=True, slots=True)
class Folder:
    """The files below a folder as objects below `models/MODEL/`."""

    path: Path
    model: str

    @property
    def prefix(self) -> str:
        """The prefix of the keys that the files would have in the bucket."""
        return f"models/{self.model}/{self.path.resolve().name}/"

    @property
    def files(self) -> list[Path]:
        """The paths of all files but the marker, sorted."""
        found = (path for path in self.path.rglob("*") if path.is_file())
        return sorted(path for path in found if path != self.path / MARKER)

    @property
    def marker(self) -> Marker:
        """The marker `_RELEASE` in the folder; an empty one if there is none."""
        file = self.path / MARKER
        if not file.is_file():
            return Marker()
        with file.open("rb") as opened:
            return marker.read(opened.read(yaml_documents.LIMIT + 1), "local")

    def candidate(self) -> Candidate:
        """Return the candidate that an upload of the files would be, without digests: no file is read yet."""
        files = [(path.relative_to(self.path).as_posix(), path.stat().st_size) for path in self.files]
        listed = tuple(CandidateFile(path, f"{self.prefix}{path}", "local", size, "") for path, size in sorted(files))
        return Candidate("", self.model, self.prefix, listed, datetime.now(UTC))

    # A FileReader: what is a version in a bucket is the file as it is now.

    def checksum(self, key: str, version_id: str) -> Checksum | None:  # noqa: ARG002
        """Return None: only S3 has stored checksums."""
        return None

    def read(self, key: str, version_id: str, start: int, length: int) -> bytes:  # noqa: ARG002
        """Return `length` bytes of a file from byte `start`; fewer if it ends before."""
        with self._path(key).open("rb") as file:
            file.seek(start)
            return file.read(length)

    def stream(self, key: str, version_id: str, size: int) -> Iterator[bytes]:  # noqa: ARG002
        """Yield all bytes of a file in chunks."""
        with self._path(key).open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk

    def text(self, key: str, limit: int) -> str:  # noqa: ARG002
        """Return an empty text: only the bucket keeps suites of record."""
        return ""

    def _path(self, key: str) -> Path:
        """Return the file that would have a key."""
        return self.path / key.removeprefix(self.prefix)
