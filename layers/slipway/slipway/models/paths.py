"""Paths that strangers write."""

from __future__ import annotations

import re

_DRIVE = re.compile(r"[A-Za-z]:")


def escapes(path: str) -> bool:
    """Return whether a path leads out of the folder it is taken from, on any system."""
    return path.startswith("/") or "\\" in path or bool(_DRIVE.match(path)) or ".." in path.split("/")
