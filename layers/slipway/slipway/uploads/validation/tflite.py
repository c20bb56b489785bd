"""TensorFlow Lite models: a FlatBuffer whose buffers lie inside the file.

https://flatbuffers.dev/internals/ and tensorflow/lite/schema/schema.fbs
"""

from __future__ import annotations

from slipway.models.text import cut_off, damaged
from slipway.uploads.validation.ranged import Exhausted, Malformed, Ranged, Truncated

IDENTIFIER = b"TFL3"
_VECTORS = {1: "operators", 2: "subgraphs", 4: "buffers"}  # of the table Model, by field
_BUFFERS = 4


def problems(name: str, source: Ranged) -> list[str]:
    """Say why a file cannot be a TensorFlow Lite model."""
    try:
        if source.at(4, 4) != IDENTIFIER:
            raise Malformed
        _look_at(source, _number(source, 0))
    except Truncated:
        return [cut_off(name, source.size)]
    except Malformed:
        return [damaged(name, "is no TensorFlow Lite model")]
    except Exhausted:  # so many buffers are not looked at one by one
        return []
    return []


def _look_at(source: Ranged, model: int) -> None:
    for field in _VECTORS:
        if vector := _pointer(source, model, field):
            count = _number(source, vector)
            source.at(vector + 4 + 4 * count, 0)
            for place in range(count) if field == _BUFFERS else ():
                entry = vector + 4 + 4 * place
                _see_whole(source, entry + _number(source, entry))


def _see_whole(source: Ranged, buffer: int) -> None:
    if data := _pointer(source, buffer, 0):
        source.at(data + 4 + _number(source, data), 0)


def _pointer(source: Ranged, table: int, field: int) -> int:
    """Follow the offset in a table's field; 0 if the field is not there."""
    vtable = table - int.from_bytes(source.at(table, 4), "little", signed=True)
    if vtable < 0:
        raise Malformed
    length = int.from_bytes(source.at(vtable, 2), "little")
    if length < 4 or 6 + 2 * field > length:
        return 0
    offset = int.from_bytes(source.at(vtable + 4 + 2 * field, 2), "little")
    return table + offset + _number(source, table + offset) if offset else 0


def _number(source: Ranged, position: int) -> int:
    return int.from_bytes(source.at(position, 4), "little")
