"""HDF5 files, such as Keras wrote them: whole, by what their superblock says.

https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from slipway.models.text import cut_off, damaged
from slipway.uploads.validation import hdf5_attributes, keras_header, text_files
from slipway.uploads.validation.onnx_header import Header
from slipway.uploads.validation.ranged import Exhausted, Malformed, Ranged, Truncated

SIGNATURE = b"\x89HDF\r\n\x1a\n"
_LAST_PLACE = 1 << 20
_LONGEST_CONFIG = 8 * 1024**2  # bytes
# By version: where the size of an offset stands, and how many bytes and offsets lie before the file's end.
_PLACES = {0: (13, 24, 2), 1: (13, 28, 2), 2: (9, 12, 2), 3: (9, 12, 2)}


def problems(name: str, source: Ranged, keep: Callable[[str, Header], object] = lambda *_: None) -> list[str]:
    """Return what is wrong with an HDF5 file; the header of a Keras model in it is passed to `keep`."""
    try:
        whole = _end(source) <= source.size
    except (Truncated, Exhausted):
        whole = False
    except Malformed:
        return [damaged(name, "is no HDF5 file")]
    if not whole:
        return [cut_off(name, source.size)]
    with suppress(Truncated, Malformed, Exhausted, ValueError):  # what it does not tell is not judged
        config = hdf5_attributes.text(source, _superblock(source), b"model_config", _LONGEST_CONFIG)
        with text_files.parsed(config) as document:
            keep(name, keras_header.read(document))
    return []


def _end(source: Ranged) -> int:
    """Return the position at which the file ends, by its superblock; raises Truncated or Malformed."""
    start = _superblock(source)
    size_at, offsets_at, before = _PLACES.get(source.at(start + 8, 1)[0], (0, 0, 0))
    width = source.at(start + size_at, 1)[0]
    if not size_at or width not in (2, 4, 8, 16):
        raise Malformed
    return int.from_bytes(source.at(start + offsets_at + before * width, width), "little")


def _superblock(source: Ranged) -> int:
    """Return the position of the superblock: 0, 512, 1024, 2048 and so on; raises Malformed if there is none."""
    start = 0
    while start + len(SIGNATURE) <= min(source.size, _LAST_PLACE):
        if source.at(start, len(SIGNATURE)) == SIGNATURE:
            return start
        start = max(2 * start, 512)
    raise Malformed
