"""Keras's .keras archives: their parts, and layers that run code."""

from __future__ import annotations

from zipfile import ZipFile

from slipway.models.text import damaged, listed, shown
from slipway.uploads.validation import archives, pickles
from slipway.uploads.validation.ranged import Exhausted, Ranged

PARTS = ("config.json", "metadata.json", "model.weights.h5")
_CONFIG = 96 * 1024
_LAMBDA = b'"class_name": "Lambda"'


def problems(name: str, source: Ranged, *, allow_pickle: bool) -> list[str]:
    """Say what is missing in a .keras file; that it is a zip has been seen."""
    there = archives.names(source)
    if missing := [part for part in PARTS if part not in there]:
        return [damaged(name, f"lacks {listed(missing)}, so Keras did not write it as a whole")] if there else []
    if not allow_pickle and _runs_code(source):
        return [f"{shown(name)} has a Lambda layer, which runs code when it is loaded: {pickles.CURE}."]
    return []


def _runs_code(source: Ranged) -> bool:
    try:
        archive = ZipFile(source)
        return _LAMBDA in archives.peek(archive, archive.getinfo(PARTS[0]), _CONFIG)
    except (*archives.FAILURES, Exhausted):
        return False
