"""A text that is an attribute of an HDF5 file's root group, as h5py writes it by default; of newer layouts, nothing.

https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html
"""

from __future__ import annotations

from collections.abc import Iterator

from slipway.uploads.validation.ranged import Malformed, Ranged

_ROOTS = {0: 64, 1: 68}  # where the address of the root's object header stands, by the superblock's version
_WIDE = b"\x08\x08"  # bytes of an address, and of a length
_ATTRIBUTE, _CONTINUATION = 0x0C, 0x10  # kinds of messages
_FIXED, _VARIABLE = 3, 9  # classes of data types: texts of a length of their type, and of their own


def text(source: Ranged, superblock: int, name: bytes, limit: int) -> bytes:
    """Return an attribute of the root group; empty if there is none, or it is longer than `limit` bytes.

    `superblock` is its position. Raises Truncated, Malformed or Exhausted.
    """
    place = _ROOTS.get(source.at(superblock + 8, 1)[0])
    if place is None or source.at(superblock + 13, 2) != _WIDE:
        return b""
    base = _number(source, superblock + 24, 8)
    for position, size in _messages(source, base, base + _number(source, superblock + place, 8), _ATTRIBUTE):
        if source.at(position, 1) == b"\1" and (found := _value(source, base, position, size, name, limit)):
            return found
    return b""


def _messages(source: Ranged, base: int, header: int, kind: int) -> Iterator[tuple[int, int]]:
    """Yield the position and size of each message of a kind in an object header and what continues it."""
    if source.at(header, 1) != b"\1":
        return
    blocks = [(header + 16, _number(source, header + 8, 4))]
    while blocks:
        position, left = blocks.pop(0)
        while left >= 8:
            found, size = _number(source, position, 2), _number(source, position + 2, 2)
            if found == _CONTINUATION:
                blocks.append((base + _number(source, position + 8, 8), _number(source, position + 16, 8)))
            elif found == kind:
                yield position + 8, size
            position, left = position + 8 + size, left - 8 - size


def _value(source: Ranged, base: int, start: int, size: int, name: bytes, limit: int) -> bytes:
    """Return the text of an attribute if it has a name; empty if not, or if it is no single text."""
    lengths = [_number(source, start + place, 2) for place in (2, 4, 6)]
    kind, space, value = (start + 8 + sum(map(_padded, lengths[:count])) for count in (1, 2, 3))
    if source.at(start + 8, lengths[0]).rstrip(b"\0") != name or source.at(space + 1, 1) != b"\0":  # of no axes
        return b""
    type_class = source.at(kind, 1)[0] & 0x0F
    length = _number(source, kind + 4 if type_class == _FIXED else value, 4)
    if type_class == _FIXED and length <= min(limit, size):
        return source.at(value, length).rstrip(b"\0")
    if type_class == _VARIABLE and length <= limit:
        heap, index = base + _number(source, value + 4, 8), _number(source, value + 12, 4)
        return _heap_object(source, heap, index, length)
    return b""


def _heap_object(source: Ranged, heap: int, index: int, length: int) -> bytes:
    """Return an object of a global heap; raises Malformed if it is not there."""
    if source.at(heap, 4) != b"GCOL":
        raise Malformed
    position, end = heap + 16, heap + _number(source, heap + 8, 8)
    while position + 16 <= end:
        if _number(source, position, 2) == index:
            return source.at(position + 16, length)
        position += 16 + _padded(_number(source, position + 8, 8))
    raise Malformed


def _number(source: Ranged, position: int, width: int) -> int:
    return int.from_bytes(source.at(position, width), "little")


def _padded(length: int) -> int:
    """Return a length, filled up to the next multiple of eight."""
    return -(-length // 8) * 8
