"""Inputs of a golden set that are no text: pictures and sounds, told by their beginning."""

from __future__ import annotations

from slipway.models.text import damaged
from slipway.uploads.validation.ranged import Ranged

_JPEG = (b"\xff\xd8\xff",)
# By suffix: what a file begins with, and what stands 8 bytes on.
_BEGINNINGS: dict[str, tuple[tuple[bytes, ...], bytes]] = {
    ".png": ((b"\x89PNG\r\n\x1a\n",), b""),
    ".jpg": (_JPEG, b""),
    ".jpeg": (_JPEG, b""),
    ".gif": ((b"GIF87a", b"GIF89a"), b""),
    ".bmp": ((b"BM",), b""),
    ".webp": ((b"RIFF",), b"WEBP"),
    ".wav": ((b"RIFF",), b"WAVE"),
}


def problems(name: str, source: Ranged) -> list[str]:
    """Return the sentence that a file does not begin as its suffix says, if so."""
    # Not splitext: to that, `.png` and `..png` are names without a suffix.
    suffix = next(one for one in _BEGINNINGS if name.endswith(one))
    starts, mark = _BEGINNINGS[suffix]
    head = source.head(16)
    return [] if head.startswith(starts) and head[8:].startswith(mark) else [damaged(name, f"is no {suffix} file")]
