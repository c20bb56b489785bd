"""The lists of golden sets, CSV or JSON lines, read row by row however long they are."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from itertools import islice
from typing import IO

from slipway.errors import SuiteInvalid
from slipway.models import Json
from slipway.models.text import shown

_LONGEST_LINE = 8 * 1024**2  # characters


def rows(index: str, file: IO[bytes], start: int) -> Iterator[tuple[int, Json]]:
    """Yield the line number and the fields of each row of the list `index` from row `start` on; raises SuiteInvalid."""
    lines = _lines(index, file)
    return (_csv_rows if index.endswith(".csv") else _json_rows)(index, lines, start)


def _csv_rows(index: str, lines: Iterator[str], start: int) -> Iterator[tuple[int, Json]]:
    """Yield the line number and the fields of each row of a CSV file from row `start` on; raises SuiteInvalid."""
    reader = csv.DictReader(lines)
    try:
        if {"file", "expected"} - set(reader.fieldnames or ()):
            columns = shown(",".join(reader.fieldnames or ())) or "nothing"
            raise SuiteInvalid(f"{index}, line 1, must name the columns `file,expected`, not {columns}.")
        for row in islice(reader, start, None):
            if None in row or None in row.values():
                raise SuiteInvalid(f"{index}, line {reader.line_num}, must have as many fields as line 1.")
            yield reader.line_num, row
    except csv.Error as error:
        raise SuiteInvalid(f"{index}, line {reader.reader.line_num}, is no CSV: {error}.") from error


def _json_rows(index: str, lines: Iterator[str], start: int) -> Iterator[tuple[int, Json]]:
    """Yield the line number and the object in each line of a JSONL file from row `start` on; raises SuiteInvalid."""
    filled = ((number, line) for number, line in enumerate(lines, 1) if not line.isspace())
    for number, line in islice(filled, start, None):
        try:
            row = _DECODER.decode(line)
        except (ValueError, RecursionError) as error:
            raise SuiteInvalid(f"{index}, line {number}, is no JSON: {getattr(error, 'msg', error)}.") from error
        if not isinstance(row, dict):
            raise SuiteInvalid(f'{index}, line {number}, must be an object like {{"file": "7.png", "expected": "7"}}.')
        yield number, row


def _refuse(constant: str) -> None:
    """Raise ValueError for NaN and Infinity."""
    raise ValueError(f"{constant} is no JSON number")


_DECODER = json.JSONDecoder(parse_constant=_refuse)


def _lines(index: str, file: IO[bytes]) -> Iterator[str]:
    """Yield the lines of a list, in UTF-8; raises SuiteInvalid, also for a line that is too long."""
    text = io.TextIOWrapper(file, "utf-8-sig", newline="")
    try:
        while line := text.readline(_LONGEST_LINE):
            if len(line) == _LONGEST_LINE:
                raise SuiteInvalid(f"{index} has a line of more than {_LONGEST_LINE:,} characters: put it into files.")
            yield line
    except UnicodeDecodeError as error:
        raise SuiteInvalid(f"{index} is not UTF-8 text: save it as UTF-8.") from error
