"""Keras's .keras archives: whole, and of layers that are known to run no code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from slipway.models.text import cited, damaged, enumerated, listed
from slipway.uploads.validation import archives, hdf5, keras_header, keras_layers, text_files
from slipway.uploads.validation.onnx_header import Header
from slipway.uploads.validation.ranged import Ranged

PARTS = ("config.json", "metadata.json", "model.weights.h5")
_LONGEST_CONFIG = 8 * 1024**2  # bytes


def problems(name: str, source: Ranged, keep: Callable[[str, Header], object] = lambda *_: None) -> list[str]:
    """Return what is wrong with a Keras archive (.keras): layers that may run code are refused.

    Its header is passed to `keep`.
    """
    archive, found = archives.opened(name, source)
    if archive is None:
        return found
    there = archive.namelist()
    if missing := [part for part in PARTS if part not in there]:
        return [damaged(name, f"lacks {listed(missing)}, so Keras did not write it as a whole")]
    if others := [part for part in there if part not in PARTS]:
        return [f"{cited(name)} holds {listed(others)} beside the model: save it without."]
    if not archives.beginning(archive, PARTS[2], 8).startswith(hdf5.SIGNATURE):
        return [damaged(name, "has no weights in HDF5")]
    config = archives.beginning(archive, PARTS[0], _LONGEST_CONFIG + 1)
    if len(config) > _LONGEST_CONFIG:
        return [f"{cited(name)} has a configuration of more than {_LONGEST_CONFIG:,} bytes: save a smaller model."]
    try:
        with text_files.parsed(config) as document:
            unknown, header = sorted(set(_unknown(document))), keras_header.read(document)
    except ValueError:
        return [damaged(name, "has a configuration that is no JSON")]
    if not unknown:
        keep(name, header)
        return []
    cure = "build the model of Keras's own layers, or export it as .onnx"
    return [f"{cited(name)} uses {enumerated(unknown)}, which may run code when it is loaded: {cure}."]


def _unknown(config: object) -> Iterator[str]:
    """Yield in words what a configuration would have Keras make that is not on the list of harmless layers.

    Keras imports what `module` and `registered_name` say, wherever in the configuration such an entry stands.
    """
    left = [config]
    while left:
        value = left.pop()
        if isinstance(value, dict):
            left += value.values()
            if not value.keys().isdisjoint(("class_name", "module", "registered_name")) and not _is_known(value):
                names = (value.get(key) for key in ("class_name", "registered_name", "module"))
                yield next((cited(name) for name in names if isinstance(name, str) and name), "a layer without a name")
        elif isinstance(value, list):
            left += value


def _is_known(entry: dict[str, Any]) -> bool:
    """Return whether an entry of a configuration names a layer on the list, and nothing else to import."""
    name, module, registered = (entry.get(key) for key in ("class_name", "module", "registered_name"))
    return (
        isinstance(name, str)
        and name in keras_layers.CLASSES
        and (module is None or (isinstance(module, str) and module in keras_layers.MODULES))
        and registered in (None, name)
    )
