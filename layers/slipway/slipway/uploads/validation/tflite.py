"""TensorFlow Lite models: a FlatBuffer whose buffers lie inside the file.

https://flatbuffers.dev/internals/ and tensorflow/lite/schema/schema.fbs
"""

from __future__ import annotations

from collections.abc import Iterator

from slipway.models.text import damaged, listed, shown
from slipway.uploads.validation.ranged import Malformed, Ranged

IDENTIFIER = b"TFL3"
# Of the table Model, by field.
_OPERATORS, _SUBGRAPHS, _BUFFERS = 1, 2, 4
_CUSTOM_CODE = 1  # of the table OperatorCode
# Other operators are not the library's: they run what whoever installed them wrote, TensorFlow's among them.
_SAFE = ("TFLite_Detection_PostProcess",)


def problems(name: str, source: Ranged) -> list[str]:
    """Return what is wrong with a TensorFlow Lite model: only the library's own operators are allowed."""
    if source.at(4, 4) != IDENTIFIER:
        return [damaged(name, "is no TensorFlow Lite model")]
    model = _number(source, 0)
    sum(1 for _ in _entries(source, model, _SUBGRAPHS))
    for buffer in _entries(source, model, _BUFFERS):
        _require_whole(source, buffer)
    custom = {_text(source, code, _CUSTOM_CODE) for code in _entries(source, model, _OPERATORS)}
    if unknown := sorted(custom - {"", *_SAFE}):
        return [f"{shown(name)} uses {listed(unknown)}, which may run code: export it with built-in operators only."]
    return []


def _entries(source: Ranged, table: int, field: int) -> Iterator[int]:
    """Yield the positions of the tables in a vector, which is a field of a table."""
    if vector := _pointer(source, table, field):
        for place in range(_number(source, vector)):
            entry = vector + 4 + 4 * place
            yield entry + _number(source, entry)


def _text(source: Ranged, table: int, field: int) -> str:
    """Return the text in a table's field; empty if the field is not there."""
    start = _pointer(source, table, field)
    return source.at(start + 4, _number(source, start)).decode(errors="replace") if start else ""


def _require_whole(source: Ranged, buffer: int) -> None:
    """Raise Truncated if a buffer's data are not all there."""
    if data := _pointer(source, buffer, 0):
        source.at(data + 4 + _number(source, data), 0)


def _pointer(source: Ranged, table: int, field: int) -> int:
    """Return the position that a table's field points to; 0 if the field is not there."""
    vtable = table - int.from_bytes(source.at(table, 4), "little", signed=True)
    if vtable < 0:
        raise Malformed
    length = int.from_bytes(source.at(vtable, 2), "little")
    if length < 4 or 6 + 2 * field > length:
        return 0
    offset = int.from_bytes(source.at(vtable + 4 + 2 * field, 2), "little")
    return table + offset + _number(source, table + offset) if offset else 0


def _number(source: Ranged, position: int) -> int:
    """Return the 32-bit number at a position."""
    return int.from_bytes(source.at(position, 4), "little")
