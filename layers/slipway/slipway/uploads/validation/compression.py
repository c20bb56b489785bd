"""The beginning of what a compressed file holds, as joblib and others write them."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable
from typing import Protocol

from slipway.errors import SlipwayError
from slipway.uploads.validation.ranged import Exhausted, Ranged

HEAD = 4096
_LOOKED_AT = 160 * 1024
_MEMORY = 64 * 1024 * 1024
_LZ4 = b"\x04\x22\x4d\x18"
_OLD_JOBLIB, _OLD_JOBLIB_HEADER = b"ZF0x", 21


class Opaque(SlipwayError):
    """A file is compressed such that its beginning cannot be seen; the text says how."""


class _Decompressor(Protocol):
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def expanded(source: Ranged) -> bytes | None:
    """Give the first bytes of what a file holds compressed; None if it is not compressed at all."""
    head = source.head(_OLD_JOBLIB_HEADER)
    if head.startswith(_LZ4):
        raise Opaque("compressed with LZ4")
    if head.startswith(_OLD_JOBLIB):
        return _expand(source, _OLD_JOBLIB_HEADER, zlib.decompressobj())
    opener = _opener(head)
    return _expand(source, 0, opener()) if opener else None


def _opener(head: bytes) -> Callable[[], _Decompressor] | None:
    if head.startswith(b"\x1f\x8b"):
        return lambda: zlib.decompressobj(wbits=31)
    if head.startswith(b"BZh"):
        return bz2.BZ2Decompressor
    if head.startswith((b"\xfd7zXZ\0", b"\x5d\0\0")):
        return lambda: lzma.LZMADecompressor(memlimit=_MEMORY)
    if len(head) > 2 and head[0] == 0x78 and int.from_bytes(head[:2]) % 31 == 0:
        return zlib.decompressobj
    return None


def _expand(source: Ranged, start: int, decompressor: _Decompressor) -> bytes | None:
    content, position = b"", start
    try:
        while len(content) < HEAD and position < min(source.size, _LOOKED_AT):
            if content and position > HEAD:
                break
            piece = source.at(position, min(HEAD, source.size - position))
            content += decompressor.decompress(piece, HEAD)
            position += len(piece)
    except lzma.LZMAError as error:
        if "emory" in str(error):
            raise Opaque("compressed so that it takes much memory to unpack") from error
        return content or None
    except Exhausted as error:
        raise Opaque("compressed in large blocks") from error
    except (zlib.error, OSError, EOFError, ValueError):  # it only looked like a compressed file, or is damaged
        return content or None
    if not content and position < source.size:
        raise Opaque("compressed in large blocks")
    return content or None
