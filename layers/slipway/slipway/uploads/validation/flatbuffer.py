"""A FlatBuffer read by ranges: tables, vectors and texts by the numbers of their fields.

https://flatbuffers.dev/internals/
"""

from __future__ import annotations

from collections.abc import Iterator

from slipway.uploads.validation.ranged import Malformed, Ranged


def entries(source: Ranged, table: int, field: int) -> Iterator[int]:
    """Yield the positions of the tables in a vector, which is a field of a table."""
    if vector := pointer(source, table, field):
        for place in range(number(source, vector)):
            entry = vector + 4 + 4 * place
            yield entry + number(source, entry)


def text(source: Ranged, table: int, field: int) -> str:
    """Return the text in a table's field; empty if the field is not there."""
    start = pointer(source, table, field)
    return source.at(start + 4, number(source, start)).decode(errors="replace") if start else ""


def pointer(source: Ranged, table: int, field: int, *, inline: bool = False) -> int:
    """Return the position that a table's field points to, or that of an `inline` number; 0 if it is not there.

    Raises Truncated if the table is not all there, Malformed if it is none.
    """
    vtable = table - int.from_bytes(source.at(table, 4), "little", signed=True)
    if vtable < 0:
        raise Malformed
    length = int.from_bytes(source.at(vtable, 2), "little")
    if length < 4 or 6 + 2 * field > length:
        return 0
    offset = int.from_bytes(source.at(vtable + 4 + 2 * field, 2), "little")
    source.at(table + int.from_bytes(source.at(vtable + 2, 2), "little"), 0)  # the table ends within the file
    if not offset or inline:
        return table + offset if offset else 0
    return table + offset + number(source, table + offset)


def number(source: Ranged, position: int) -> int:
    """Return the 32-bit number at a position."""
    return int.from_bytes(source.at(position, 4), "little")
