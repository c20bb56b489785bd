"""Paths that strangers write."""

from __future__ import annotations

import re
import unicodedata

_DRIVE = re.compile(r"[A-Za-z]:")


def escapes(path: str) -> bool:
    """Return whether a path leads out of the folder it is taken from, on any system."""
    return path.startswith("/") or "\\" in path or bool(_DRIVE.match(path)) or ".." in path.split("/")


def composed(path: str) -> str:
    """Return a path as it is compared: a Mac takes letters apart that others write as one."""
    return path if path.isascii() else unicodedata.normalize("NFC", path)
