"""A share of the requests, masked and kept for the smoke tests of later releases; docs/your-service.md has the format.

The instance brings the file of the day to the model bucket.
"""

import json
import random
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from .picture_format import PictureFormat
from .row_format import RowFormat

_LONGEST = 256 * 1024  # bytes of a line
_LARGEST = 8 * 1024**2  # bytes of the file of a day


@dataclass
class Samples:
    """Writes `percent` of the requests into a folder, with the content of `fields` only.

    A field is a column of rows, `*` all columns, `image` a picture. Without one there is nothing to keep of a request.
    """

    folder: Path
    percent: float
    fields: frozenset[str]
    _day: str = ""
    _complained: str = ""

    def take(self, content: Mapping[str, object], expected: PictureFormat | RowFormat) -> None:
        """Keep a request that was answered, if it is one of the share; whatever goes wrong is told once a day."""
        if random.random() * 100 >= self.percent:  # noqa: S311 - no secret
            return
        try:
            if kept := self._masked(content, expected):
                self._write(kept)
        except Exception as error:  # noqa: BLE001 - whoever asked has an answer to get
            if self._complained != self._day:
                print(f"A request could not be sampled into {self.folder}: {error}", file=sys.stderr)
            self._complained = self._day

    def _masked(self, content: Mapping[str, object], expected: PictureFormat | RowFormat) -> dict[str, object]:
        """Return what may be kept of a body, as a body that the model takes; empty if nothing may."""
        if isinstance(expected, PictureFormat):
            return {"image": content["image"]} if "image" in self.fields else {}
        kept = {column.name for column in expected.columns if {"*", column.name} & self.fields}
        return {"row": expected.masked(content["row"], kept)} if kept else {}

    def _write(self, kept: dict[str, object]) -> None:
        """Add a line to the file of the day; one that is too long, or would make the file too large, is left out."""
        day = f"{datetime.now(UTC):%Y-%m-%d}"
        path = self.folder / f"{day}.jsonl"
        if day != self._day:
            self._day = day
            self._remove_others(path)
        line = json.dumps({"input": kept}, allow_nan=False).encode() + b"\n"
        with path.open("ab") as file:
            if len(line) <= _LONGEST and file.tell() + len(line) <= _LARGEST:
                file.write(line)

    def _remove_others(self, path: Path) -> None:
        """Remove the files of other days."""
        for other in self.folder.glob("*.jsonl"):
            if other != path:
                other.unlink(missing_ok=True)


def read_samples(environment: Mapping[str, str]) -> Samples | None:
    """Return what samples as the environment says; None if it says nothing, or what cannot be."""
    folder, fields = environment.get("SAMPLES_FOLDER", ""), environment.get("SAMPLE_FIELDS", "")
    names = frozenset(name.strip() for name in fields.split(",")) - {""}
    try:
        percent = float(environment.get("SAMPLE_PERCENT") or 0)
    except ValueError:
        print("SAMPLE_PERCENT is no number, so no request is sampled.", file=sys.stderr)
        return None
    return Samples(Path(folder), percent, names) if folder and names and percent > 0 else None
