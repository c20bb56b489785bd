"""Looking for code in model files: a pickle runs what it names as soon as it is loaded."""

from __future__ import annotations

import bz2
import gzip
import logging
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, Any

from picklescan.relaxed_zipfile import RelaxedZipFile
from picklescan.scanner import SafetyLevel, scan_pickle_bytes

from pipeline.errors import BuildError

HEAD = 256  # bytes that tell what a file is
PROTOCOL = b"\x80"  # begins every pickle since its protocol 2
ARRAY = b"\x93NUMPY"
DEPTH = 4  # archives in archives

PACKED: dict[bytes, Callable[..., Any]] = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ": lzma.open}


def check(folder: Path, *, allowed: bool) -> None:
    """Refuse files that run code when they are loaded; if that is allowed, only warn."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        if found := runs(path):
            name = path.relative_to(folder)
            words = f"{name} would run {', '.join(found)} when it is loaded"
            if not allowed:
                raise BuildError(f"{words}: export the model as ONNX, or allow it with ALLOW_PICKLE=true.")
            print(f"WARNING: {words}, which ALLOW_PICKLE=true allows", flush=True)


def runs(path: Path) -> list[str]:
    """Name what a file would run, told by its content and not by its suffix."""
    # The scanner warns about every file that is no pickle.
    logging.getLogger("picklescan").setLevel(logging.CRITICAL)
    with path.open("rb") as stream:
        return sorted(set(_in_stream(stream, DEPTH)))


def _in_stream(stream: IO[bytes], depth: int) -> Iterator[str]:
    head = stream.read(HEAD)
    stream.seek(0)
    if depth and (unpack := next((each for magic, each in PACKED.items() if head.startswith(magic)), None)):
        yield from _in_packed(partial(unpack, stream), depth)
    elif head.startswith(ARRAY):
        yield from _in_array(stream, head)
    elif head:
        yield from _in_pickle(stream, strict=head.startswith(PROTOCOL))
    # What begins as a pickle may end as a zip: each loader sees what it looks for.
    if depth and zipfile.is_zipfile(stream):
        yield from _in_zip(stream, depth)


def _in_packed(opened: Callable[[], IO[bytes]], depth: int) -> Iterator[str]:
    try:
        with opened() as inner:
            yield from _in_stream(inner, depth - 1)
    except (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile):
        return  # What cannot be unpacked cannot be loaded.


def _in_zip(stream: IO[bytes], depth: int) -> Iterator[str]:
    with RelaxedZipFile(stream) as archive:
        for name in archive.namelist():
            yield from _in_packed(partial(archive.open, name), depth)


def _in_array(stream: IO[bytes], head: bytes) -> Iterator[str]:
    """An array of objects is a pickle behind a header, which ends with its first line."""
    if b"|O" in head.partition(b"\n")[0]:
        stream.readline()
        yield from _in_pickle(stream, strict=True)


def _in_pickle(stream: IO[bytes], *, strict: bool) -> Iterator[str]:
    """Name what is not known to be harmless (strict), or what is known to be harmful.

    Old pickles are text that a list of labels may look like: `cat` is an instruction, too.
    """
    try:
        found = scan_pickle_bytes(stream, "", strict=strict).globals
    except (ValueError, IndexError) as error:
        yield f"what cannot be read ({error})"
        return
    yield from (f"{each.module}.{each.name}" for each in found if each.safety is SafetyLevel.Dangerous)
