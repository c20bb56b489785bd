"""A walk over a protobuf message by ranges: what is not asked for is stepped over, not read.

https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from slipway.uploads.validation.ranged import Malformed, Ranged, Truncated

VARINT, I64, LEN, I32 = 0, 1, 2, 5
TEXT_LIMIT = 4096


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its content lies from `start` to `end`; `value` is that of a varint."""

    number: int
    wire: int
    start: int
    end: int
    value: int = 0


def fields(source: Ranged, start: int, end: int) -> Iterator[Field]:
    """Yield the fields of the protobuf message between two positions of a file.

    Raises Truncated where a field reaches beyond the end, Malformed where there cannot be a field.
    """
    position = start
    while position < end:
        tag, position = _varint(source, position, end)
        field = _field(source, tag >> 3, tag & 7, position, end)
        if field.end > end:
            raise Truncated
        yield field
        position = field.end


def fields_within(source: Ranged, field: Field, *numbers: int) -> Iterator[Field]:
    """Yield the fields with some numbers within a message; none if the field is no message."""
    if field.wire == LEN:
        yield from (one for one in fields(source, field.start, field.end) if one.number in numbers)


def by_number(source: Ranged, where: Field) -> dict[int, list[Field]]:
    """Return the fields of a message, by their numbers."""
    found: dict[int, list[Field]] = defaultdict(list)
    for each in fields(source, where.start, where.end) if where.wire == LEN else ():
        found[each.number].append(each)
    return found


def text(source: Ranged, field: Field) -> str:
    """Return a field as text, cut if it is very long."""
    if field.wire != LEN:
        raise Malformed
    return source.at(field.start, min(field.end - field.start, TEXT_LIMIT)).decode(errors="replace")


def whole_numbers(source: Ranged, field: Field) -> Iterator[int]:
    """Yield the numbers of a repeated field, of which this one holds one, or, packed, several."""
    if field.wire == VARINT:
        yield field.value
        return
    position = field.start
    while position < field.end:
        value, position = _varint(source, position, field.end)
        yield value


def _field(source: Ranged, number: int, wire: int, position: int, end: int) -> Field:
    """Return the field that begins at a position, behind its tag; raises Truncated or Malformed."""
    if not 0 < number < 1 << 29:
        raise Malformed
    if wire == VARINT:
        value, after = _varint(source, position, end)
        return Field(number, wire, position, after, value)
    if wire == LEN:
        length, start = _varint(source, position, end)
        return Field(number, wire, start, start + length)
    if wire in (I64, I32):
        return Field(number, wire, position, position + (8 if wire == I64 else 4))
    raise Malformed


def _varint(source: Ranged, position: int, end: int) -> tuple[int, int]:
    """Return the variable-length integer at a position, and the position behind it; raises Truncated or Malformed."""
    value = 0
    for place, byte in enumerate(source.at(position, min(10, end - position))):
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return value, position + place + 1
    raise Malformed if end - position >= 10 else Truncated
