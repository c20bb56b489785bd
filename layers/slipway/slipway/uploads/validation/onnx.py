"""ONNX models: whole, and with the weights that lie beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from posixpath import dirname, join, splitext

from slipway.models.paths import escapes
from slipway.models.text import cited, cut_off, damaged
from slipway.uploads.validation import onnx_header
from slipway.uploads.validation.onnx_header import Header
from slipway.uploads.validation.ranged import Exhausted, Malformed, Ranged

# What exporters call a file of weights: it is numbers only, which nothing but the model says how to read.
EXTERNAL_SUFFIXES = ("", ".data", ".bin", ".onnx_data", ".weight", ".weights", ".bias")


def _forget(name: str, header: Header) -> None:
    """Do nothing with a header."""


def problems(name: str, source: Ranged, keep: Callable[[str, Header], object] = _forget) -> list[str]:
    """Return what is wrong with an ONNX model of any operators; its header is passed to `keep`."""
    try:
        header = onnx_header.read(source)
    except Malformed:
        return [damaged(name, "is no ONNX model")]
    except Exhausted:
        cure = "export it with its weights in one file beside it"
        return [f"{cited(name)} has too many tensors inside to be checked: {cure}."]
    keep(name, header)
    return []


def may_hold_weights(path: str) -> bool:
    """Return whether a file has a name as exporters give it to weights."""
    return splitext(path)[1].lower() in EXTERNAL_SUFFIXES


def external_paths(name: str, header: Header) -> set[str]:
    """Return the paths of the files with the weights of a model, as far as `may_hold_weights` allows their names."""
    return {path for location in header.external if may_hold_weights(path := _path(name, location))}


def weights_problems(name: str, header: Header, sizes: Mapping[str, int]) -> list[str]:
    """Return what is wrong with a model's external weights, three sentences at most; `sizes` are in bytes, by path."""
    found = []
    for location, needed in sorted(header.external.items()):
        path = _path(name, location)
        shows = f"{cited(name)} keeps weights in {cited(location)}"
        if escapes(location):
            found.append(f"{cited(name)} looks for weights in {cited(location)}, outside its folder: export it again.")
        elif not may_hold_weights(path):
            found.append(f"{shows}: call that file {cited(name)}.data, in which ONNX saves all weights together.")
        elif path not in sizes:
            found.append(f"{shows}, which is missing: upload it beside the model.")
        elif sizes[path] < needed:
            found.append(cut_off(path, sizes[path]))
    return found[:3]


def _path(name: str, location: str) -> str:
    """Return the path of external weights, whose `location` is relative to their model."""
    return join(dirname(name), location.removeprefix("./"))
