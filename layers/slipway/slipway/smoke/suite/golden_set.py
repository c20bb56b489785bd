"""Golden sets: inputs whose right answers are known, read one at a time from a folder of any size.

The folder holds `expected.csv` (columns `file`, `expected` and, if wanted, `name` and `slice`), or `expected.jsonl` or
`golden.jsonl` (a line a case: `{"file": "7.png", "expected": "7"}` or `{"input": {"x": 1}, "expected": 2}`, and `name`
and `slice` if wanted).
"""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from posixpath import join

from slipway.errors import SuiteInvalid
from slipway.models import Json
from slipway.models.text import shown
from slipway.smoke.suite import golden_lists
from slipway.smoke.suite.files import Files, open_composed

EXPECTED = ("expected.csv", "expected.jsonl", "golden.jsonl")
LARGEST = 32 * 1024**2  # bytes of one input
_USUAL = 64 * 1024  # bytes that are read at first: making room for the largest takes longer than reading most


@dataclass(frozen=True, slots=True)
class FileInput:
    """A file that is an input; `place` says which line names it."""

    path: str
    media_type: str
    place: str
    files: Files = field(repr=False, compare=False)

    def read(self) -> bytes:
        """Return the content of the file; raises SuiteInvalid if it is not there, or is larger than LARGEST."""
        try:
            with open_composed(self.files, self.path) as file:
                content = file.read(_USUAL)
                if len(content) == _USUAL:
                    content += file.read(LARGEST + 1 - _USUAL)
        except KeyError:
            raise SuiteInvalid(f"{self.place} names {shown(self.path)}, which is not there: put it there.") from None
        if len(content) > LARGEST:
            raise SuiteInvalid(f"{shown(self.path)} has more than {LARGEST:,} bytes: take a smaller input.")
        return content


@dataclass(frozen=True, slots=True)
class JsonInput:
    """A JSON document that is an input."""

    value: object


@dataclass(frozen=True, slots=True)
class Case:
    """An input and the label that is right for it, empty if nobody knows; `slice` is the group it counts in."""

    name: str
    expected: str
    input: FileInput | JsonInput
    slice: str = ""


@dataclass(frozen=True, slots=True)
class GoldenSet:
    """The golden set in a folder beside a suite."""

    files: Files
    folder: str

    @property
    def index(self) -> str:
        """The path of the file that lists the cases; empty if there is none."""
        return next((path for name in EXPECTED if self._has(path := join(self.folder, name))), "")

    @property
    def exists(self) -> bool:
        """Whether there is a file that lists the cases."""
        return bool(self.index)

    def cases(self, start: int = 0) -> Iterator[Case]:
        """Yield the cases from number `start` (0 is the first) on, read one by one; raises SuiteInvalid."""
        if not (index := self.index):
            return
        with self.files.open(index) as file:
            for number, row in golden_lists.rows(index, file, start):
                yield self._case(f"{index}, line {number}", row)

    def _has(self, path: str) -> bool:
        """Return whether there is a file at a path."""
        try:
            self.files.open(path).close()
        except KeyError:
            return False
        return True

    def _case(self, place: str, row: Json) -> Case:
        """Return the case in a row; `place` names the row in an error. Raises SuiteInvalid."""
        source = self._input(place, row)
        name = row.get("name") or row.get("file") or place.rpartition(", ")[2]
        expected, group = ("" if row.get(column) is None else label(row[column]) for column in ("expected", "slice"))
        return Case(label(name), expected, source, group)

    def _input(self, place: str, row: Json) -> FileInput | JsonInput:
        """Return the input in a row: a file beside the list, or JSON; raises SuiteInvalid."""
        if "input" in row and "file" not in row:
            return JsonInput(row["input"])
        file = row.get("file")
        if not file or not isinstance(file, str) or "input" in row:
            raise SuiteInvalid(f"{place}, must have either a `file` or an `input`.")
        path = join(self.folder, file)
        return FileInput(path, media_type(path), place, self.files)


def media_type(path: str) -> str:
    """Return the media type of a file, by its name."""
    return mimetypes.guess_file_type(path)[0] or "application/octet-stream"


def label(value: object) -> str:
    """Return an answer as the label by which it is compared: 7, 7.0 and "7" are the same."""
    if isinstance(value, str):
        return value
    return str(int(value)) if isinstance(value, float) and value.is_integer() else json.dumps(value)
