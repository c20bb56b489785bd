"""Zip archives, by their central directory: read from the end of the file, by ranges."""

from __future__ import annotations

import stat
import struct
import zipfile
from zipfile import ZipFile, ZipInfo

from slipway.models.paths import escapes
from slipway.models.text import cut_off, damaged, shown
from slipway.uploads.validation import pickles
from slipway.uploads.validation.ranged import Exhausted, Ranged, Truncated

SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
_MEMBERS_LOOKED_INTO = 24
_PEEK = 512
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What zipfile raises on bytes that are no zip, or cannot be unpacked.
FAILURES = (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, RuntimeError, LookupError,
            struct.error, OverflowError, Truncated)  # fmt: skip


def is_archive(source: Ranged) -> bool:
    """Tell whether a file begins as zips do."""
    return source.head(4) in SIGNATURES


def problems(name: str, source: Ranged, max_bytes: int, *, allow_pickle: bool) -> list[str]:
    """Say what is wrong with a zip; `max_bytes` bounds what it expands to."""
    try:
        archive = ZipFile(source)
    except Exhausted:
        return [f"{shown(name)} has too long a list of members to be checked: put fewer files into it."]
    except FAILURES:
        return [cut_off(name, source.size) if is_archive(source) else damaged(name, "is no zip archive")]
    members = archive.infolist()
    found = [*_sizes(name, members, source.size, max_bytes), *_escapes(name, members)]
    return found if allow_pickle else found + _pickles(name, archive, members)


def names(source: Ranged) -> list[str]:
    """Give the names of a zip's members; none if it cannot be read."""
    try:
        return ZipFile(source).namelist()
    except (*FAILURES, Exhausted):
        return []


def peek(archive: ZipFile, member: ZipInfo, length: int) -> bytes:
    """Read the beginning of a member; nothing if it cannot be read.

    zipfile unpacks only deflated members bit by bit; others could take all memory at once.
    """
    import zlib

    if member.compress_type not in _METHODS:
        return b""
    try:
        with archive.open(member) as stream:
            return stream.read(length)
    except (*FAILURES, zlib.error):
        return b""


def _sizes(name: str, members: list[ZipInfo], size: int, max_bytes: int) -> list[str]:
    expands = sum(member.file_size for member in members)
    found = []
    if expands > max_bytes:
        found.append(
            f"{shown(name)} expands to {expands:,} bytes and at most {max_bytes:,} are allowed: "
            "put less into it or raise MaxModelBytes."
        )
    if sum(member.compress_size for member in members) > size:
        found.append(f"{shown(name)} has members that overlap, as only forged zips do: pack it again.")
    return found


def _escapes(name: str, members: list[ZipInfo]) -> list[str]:
    hostile = [one.orig_filename for one in members if escapes(one.orig_filename.removesuffix("/"))]
    links = [one.filename for one in members if stat.S_ISLNK(one.external_attr >> 16)]
    found = []
    if hostile:
        found.append(f"{shown(name)} would unpack {shown(hostile[0])} outside its folder: pack it without such names.")
    if links:
        found.append(f"{shown(name)} holds the link {shown(links[0])}: pack the file itself.")
    return found


def _pickles(name: str, archive: ZipFile, members: list[ZipInfo]) -> list[str]:
    if odd := next((one.filename for one in members if one.compress_type not in _METHODS), None):
        return [f"{shown(name)} packs {shown(odd)} so that nobody can look into it: pack it with deflate."]
    try:
        inside = _first_pickle(archive, members)
    except Exhausted:
        return [f"{shown(name)} has too many members to be looked into: put fewer files into it."]
    if inside is None:
        return []
    return [f"{shown(name)} holds the pickle {shown(inside)}, which runs code when it is loaded: {pickles.CURE}."]


def _first_pickle(archive: ZipFile, members: list[ZipInfo]) -> str | None:
    """Find a member that is a pickle by its name or, of the first ones, by its beginning."""
    named = (one.filename for one in members if pickles.of_that_suffix(one.filename))
    peeked = (one.filename for one in members[:_MEMBERS_LOOKED_INTO] if _is_pickle(peek(archive, one, _PEEK)))
    return next(named, None) or next(peeked, None)


def _is_pickle(head: bytes) -> bool:
    from slipway.uploads.validation.arrays import holds_objects

    return pickles.is_pickle(head) or holds_objects(head)
