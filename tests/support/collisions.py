"""Pairs of contents that a linear checksum cannot tell apart."""

from __future__ import annotations

import zlib


def same_crc32(content: bytes, start: int) -> bytes:
    """Return another content of the same size and the same CRC32: some bits of the 5 bytes from `start` on flipped.

    What flipping a bit does to the CRC does not depend on the other bits. 40 such effects of 32 bits each cannot be
    independent: some of them, together, do nothing.
    """
    basis: dict[int, tuple[int, int]] = {}  # by its highest bit: an effect, and the flips that have it
    for number in range(40):
        flips = 1 << number
        effect = zlib.crc32(_flipped(content, start, flips)) ^ zlib.crc32(content)
        while effect:
            top = effect.bit_length()
            if top not in basis:
                basis[top] = effect, flips
                break
            effect, flips = effect ^ basis[top][0], flips ^ basis[top][1]
        else:
            return _flipped(content, start, flips)
    raise AssertionError


def _flipped(content: bytes, start: int, flips: int) -> bytes:
    window = int.from_bytes(content[start : start + 5], "little") ^ flips
    return content[:start] + window.to_bytes(5, "little") + content[start + 5 :]
