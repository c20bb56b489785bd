"""TensorFlow Lite models: a FlatBuffer whose buffers lie inside the file.

The fields are those of tensorflow/lite/schema/schema.fbs
"""

from __future__ import annotations

from collections.abc import Callable

from slipway.models.text import cited, damaged, listed
from slipway.uploads.validation import tflite_header
from slipway.uploads.validation.flatbuffer import entries, number, pointer, text
from slipway.uploads.validation.onnx_header import Header
from slipway.uploads.validation.ranged import Ranged

IDENTIFIER = b"TFL3"
# Of the table Model, by field.
_OPERATORS, _SUBGRAPHS, _BUFFERS = 1, 2, 4
_OFFSET, _SIZE = 1, 2  # of the table Buffer
_CUSTOM_CODE = 1  # of the table OperatorCode
# Other operators are not the library's: they run what whoever installed them wrote, TensorFlow's among them.
_SAFE = ("TFLite_Detection_PostProcess",)


def problems(name: str, source: Ranged, keep: Callable[[str, Header], object] = lambda *_: None) -> list[str]:
    """Return what is wrong with a TensorFlow Lite model: only the library's own operators are allowed.

    Its header is passed to `keep`.
    """
    if source.at(4, 4) != IDENTIFIER:
        return [damaged(name, "is no TensorFlow Lite model")]
    model = number(source, 0)
    sum(1 for _ in entries(source, model, _SUBGRAPHS))
    for buffer in entries(source, model, _BUFFERS):
        _require_whole(source, buffer)
    custom = {text(source, code, _CUSTOM_CODE) for code in entries(source, model, _OPERATORS)}
    if unknown := sorted(custom - {"", *_SAFE}):
        uses = f"{cited(name)} uses {listed(unknown)}"
        return [f"{uses}, which may run code: export it with built-in operators only."]
    keep(name, tflite_header.read(source))
    return []


def _require_whole(source: Ranged, buffer: int) -> None:
    """Raise Truncated if a buffer's data are not all there, inside the FlatBuffer or behind it."""
    if data := pointer(source, buffer, 0):
        source.at(data + 4 + number(source, data), 0)
    places = (pointer(source, buffer, field, inline=True) for field in (_OFFSET, _SIZE))
    offset, size = (int.from_bytes(source.at(place, 8), "little") if place else 0 for place in places)
    source.at(offset + size, 0)
