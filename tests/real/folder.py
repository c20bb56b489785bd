"""A folder that is looked at as its upload would be."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from slipway.models import Candidate, CandidateFile
from slipway.uploads import service_file
from slipway.uploads.limits import Deadline, Rules
from slipway.uploads.validation.inspection import inspect
from tests.support.fakes import FakeClock
from tests.support.paths import ROOT


class Folder:
    """A folder, read like the model bucket."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, key: str, version_id: str, start: int, length: int) -> bytes:
        with (self.path / key).open("rb") as file:
            file.seek(start)
            return file.read(length)

    def text(self, key: str, limit: int) -> str:
        return ""

    def told(self) -> str:
        """What an upload of the folder is told; empty if nothing is wrong with it."""
        found = [path for path in sorted(self.path.rglob("*")) if path.is_file()]
        names = [(path.relative_to(self.path).as_posix(), path.stat().st_size) for path in found]
        files = tuple(CandidateFile(name, name, "v1", size, "etag") for name, size in names)
        listing = Candidate("real-1", "real", "models/real/v1/", files, datetime(2026, 11, 28, tzinfo=UTC))
        rules = Rules(1 << 30, accepted=service_file.read(ROOT / "service").accepts)
        return " ".join(inspect(self, listing, rules, Deadline(FakeClock())).problems)  # type: ignore[arg-type]
