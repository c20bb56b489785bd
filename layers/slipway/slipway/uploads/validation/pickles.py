"""Formats that run code when they are loaded, for services that declare them where operators allow it.

Loading a pickle is running it, so nothing is looked for inside: only whether a file is one.
"""

from __future__ import annotations

import pickletools

from slipway.models.text import damaged
from slipway.uploads.validation import archives
from slipway.uploads.validation.ranged import Ranged

KINDS = ("a pickle", "a gzip archive", "a bzip2 archive", "an xz archive")  # joblib compresses under the same name
_PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"\x5d\0\0", b"\x04\x22\x4d\x18", b"ZF0x", b"\x78")
_HEAD = 4096
# What pickletools raises on bytes that are no pickle.
_FAILURES = (ValueError, LookupError, OverflowError, TypeError)


def problems(name: str, source: Ranged) -> list[str]:
    """Return what is wrong with a pickle, which may be compressed."""
    head = source.head(_HEAD)
    return [] if head.startswith(_PACKED) or _is_pickle(head) else [damaged(name, "is no pickle")]


def torch_problems(name: str, source: Ranged) -> list[str]:
    """Return what is wrong with a PyTorch file: a zip with a pickle inside or, as of old, a pickle."""
    if not archives.is_archive(source):
        return [] if _is_pickle(source.head(_HEAD)) else [damaged(name, "is no PyTorch file")]
    archive, found = archives.opened(name, source)
    if archive is None:
        return found
    whole = any(member.rsplit("/", 1)[-1] in ("data.pkl", "constants.pkl") for member in archive.namelist())
    return found if whole else [damaged(name, "is a zip without data.pkl, so PyTorch did not write it")]


def _is_pickle(head: bytes) -> bool:
    """Return whether a file begins with a pickle's instructions."""
    if head[:1] == b"\x80":
        return head[1:2] in (b"\2", b"\3", b"\4", b"\5")
    count = 0  # of protocol 0, which looks like text, and any text begins with one instruction or another
    try:
        for _ in pickletools.genops(head):
            count += 1
    except _FAILURES:
        return count > 2
    return count > 0
