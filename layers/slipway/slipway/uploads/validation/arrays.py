"""NumPy's arrays, alone (.npy) or in a zip (.npz): plain numbers and texts only, because NumPy pickles objects.

https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

from __future__ import annotations

import ast
import re
from math import prod
from typing import Any

from slipway.models.text import cited, cut_off, damaged, listed
from slipway.uploads.validation import archives
from slipway.uploads.validation.ranged import Malformed, Ranged, Truncated

_SIGNATURE = b"\x93NUMPY"
_LONGEST_HEADER = 10_000  # bytes, which is NumPy's own limit, too
_HEAD = 12 + _LONGEST_HEADER
_PLAIN = re.compile(r"[<>|=](?:[biufc](\d{1,2})|([SU])(\d{1,6})|[mM](8)\[\d*[A-Za-z]{1,2}\])", re.ASCII)
_FAILURES = (ValueError, SyntaxError, TypeError, MemoryError, RecursionError)


def problems(name: str, source: Ranged) -> list[str]:
    """Return what is wrong with an .npy file: it must be an array of plain values."""
    return _problems(name, source.head(_HEAD), source.size)


def archive_problems(name: str, source: Ranged) -> list[str]:
    """Return what is wrong with an .npz file: it must be a zip of arrays of plain values."""
    archive, found = archives.opened(name, source)
    if archive is None:
        return found
    if others := [member for member in archive.namelist() if not member.endswith(".npy")]:
        return [f"{cited(name)} holds {listed(others)}, which is no NumPy array: save it with arrays only."]
    for member in archive.infolist():
        head = archives.beginning(archive, member.filename, _HEAD)
        if found := _problems(f"{name}/{member.filename}", head, member.file_size):
            return found
    return []


def _problems(name: str, head: bytes, size: int) -> list[str]:
    """Return what is wrong with an array, by its first bytes and its size."""
    if not head.startswith(_SIGNATURE):
        return [damaged(name, "is no NumPy array")]
    try:
        header, start = _header(head)
        kind = _PLAIN.fullmatch(header["descr"]) if isinstance(header["descr"], str) else None
        if kind is None:
            return [f"{cited(name)} is an array of other things than numbers and texts: save plain arrays instead."]
        return [cut_off(name, size)] if start + _byte_count(kind, header["shape"]) > size else []
    except Truncated:
        return [cut_off(name, size)]
    except (*_FAILURES, Malformed):
        return [damaged(name, "is no NumPy array")]


def _header(head: bytes) -> tuple[dict[str, Any], int]:
    """Return an array's header and the position of its first value.

    Raises Truncated, or another error if it is none.
    """
    width = 2 if head[6:7] == b"\1" else 4
    start = 8 + width + int.from_bytes(head[8 : 8 + width], "little")
    if start > _HEAD:
        raise Malformed
    if start > len(head):
        raise Truncated
    header = ast.literal_eval(head[8 + width : start].decode("latin-1"))
    if not isinstance(header, dict) or header.keys() != {"descr", "fortran_order", "shape"}:
        raise Malformed
    return header, start


def _byte_count(kind: re.Match[str], shape: object) -> int:
    """Return how many bytes an array's values take; raises Malformed for a shape that is none."""
    if not isinstance(shape, tuple) or not all(type(axis) is int and axis >= 0 for axis in shape):
        raise Malformed
    number, text, length, date = kind.groups()
    return prod(shape) * (int(length) * (4 if text == "U" else 1) if text else int(number or date))
