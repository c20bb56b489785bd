"""Zip archives, by their central directory: read from the end of the file, by ranges."""

from __future__ import annotations

import stat
import struct
import zipfile
from collections import Counter
from zipfile import ZipFile, ZipInfo

from slipway.models.paths import escapes
from slipway.models.text import cited, cut_off, damaged
from slipway.uploads.validation.ranged import LARGEST_READ, Exhausted, Ranged, Truncated

MAX_MEMBERS = 1000
_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
# zipfile unpacks only these bit by bit: others could take all memory at once.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What zipfile raises on bytes that are no zip, or cannot be unpacked.
_FAILURES = (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, RuntimeError, LookupError,
             struct.error, OverflowError, Truncated)  # fmt: skip


def is_archive(source: Ranged) -> bool:
    """Return whether a file begins as zips do."""
    return source.head(4) in _SIGNATURES


def opened(name: str, source: Ranged) -> tuple[ZipFile | None, list[str]]:
    """Return a zip whose members may be read, and no problems; or None, and a sentence for each problem."""
    try:
        archive = ZipFile(source)
    except Exhausted:
        return None, [_count_problem(name, "too many")]
    except _FAILURES:
        return None, [cut_off(name, source.size) if is_archive(source) else damaged(name, "is no zip archive")]
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        return None, [_count_problem(name, f"{len(members):,}")]
    found = [*_size_problems(name, members, source), *_name_problems(name, members), *_method_problems(name, members)]
    return (None, found) if found else (archive, [])


def beginning(archive: ZipFile, member: str, length: int) -> bytes:
    """Return the first `length` bytes of a member; empty if it cannot be read."""
    import zlib

    try:
        with archive.open(member) as stream:
            content = bytearray()
            while len(content) < length and (piece := stream.read(min(length - len(content), LARGEST_READ))):
                content += piece
            return bytes(content)
    except (*_FAILURES, zlib.error):
        return b""


def _count_problem(name: str, count: str) -> str:
    """Return the sentence that a zip has more members than are looked into."""
    return f"{cited(name)} has {count} members and at most {MAX_MEMBERS:,} are looked into: put fewer files into it."


def _size_problems(name: str, members: list[ZipInfo], source: Ranged) -> list[str]:
    """Return the sentences that a zip expands to too much, or has members that overlap."""
    expands, most = sum(member.file_size for member in members), source.max_expanded
    found = []
    if expands > most:
        allowed = f"at most {most:,} are allowed"
        found.append(
            f"{cited(name)} expands to {expands:,} bytes and {allowed}: put less into it or raise MaxModelBytes."
        )
    if sum(member.compress_size for member in members) > source.size:
        found.append(f"{cited(name)} has members that overlap, as only forged zips do: pack it again.")
    return found


def _name_problems(name: str, members: list[ZipInfo]) -> list[str]:
    """Return the sentences that a zip has members outside its folder, links, or two of one name."""
    found = []
    if hostile := [one.orig_filename for one in members if escapes(one.orig_filename.removesuffix("/"))]:
        found.append(f"{cited(name)} would unpack {cited(hostile[0])} outside its folder: pack it without such names.")
    if links := [one.filename for one in members if stat.S_ISLNK(one.external_attr >> 16)]:
        found.append(f"{cited(name)} holds the link {cited(links[0])}: pack the file itself.")
    # Whoever reads it next may take the other one.
    if twice := [one for one, times in Counter(one.filename for one in members).items() if times > 1]:
        found.append(f"{cited(name)} holds {cited(twice[0])} more than once: pack it again.")
    return found


def _method_problems(name: str, members: list[ZipInfo]) -> list[str]:
    """Return the sentence that a member is compressed by a method that is not supported, if so."""
    odd = next((one.filename for one in members if one.compress_type not in _METHODS), None)
    if odd is None:
        return []
    return [f"{cited(name)} packs {cited(odd)} so that nobody can look into it: pack it with deflate."]
