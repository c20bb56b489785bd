"""NumPy's .npy files: what their header says, and whether a pickle stands in for numbers.

https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

from __future__ import annotations

import re

from slipway.models.text import cut_off, damaged, shown
from slipway.uploads.validation import pickles
from slipway.uploads.validation.ranged import Ranged

SIGNATURE = b"\x93NUMPY"
_HEAD = 4096
# dtype objects: `|O`, `O`, alone or in a structure
_OBJECTS = re.compile(rb"""['"][|<>=]?O\d*['"]""")


def holds_objects(head: bytes) -> bool:
    """Tell whether an array of Python objects begins like this: NumPy pickles them."""
    return head.startswith(SIGNATURE) and bool(_OBJECTS.search(head[: _header_end(head)]))


def problems(name: str, source: Ranged, *, allow_pickle: bool) -> list[str]:
    """Say why a file is no array, or one that runs code."""
    head = source.head(_HEAD)
    if not head.startswith(SIGNATURE):
        return [damaged(name, "is no NumPy array")]
    if len(head) < 10 or _header_end(head) > source.size:
        return [cut_off(name, source.size)]
    if holds_objects(head) and not allow_pickle:
        return [f"{shown(name)} is an array of pickled objects, which runs code when it is loaded: {pickles.CURE}."]
    return []


def _header_end(head: bytes) -> int:
    width = 2 if head[6:7] == b"\1" else 4
    return 8 + width + int.from_bytes(head[8 : 8 + width], "little")
