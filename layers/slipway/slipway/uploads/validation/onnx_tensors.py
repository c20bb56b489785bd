"""The tensors of an ONNX graph: the shape of inputs and outputs, and where the weights are.

The field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import prod

from slipway.uploads.validation.protobuf import Field, by_number, fields, text, whole_numbers
from slipway.uploads.validation.ranged import Malformed, Ranged

type Shape = tuple[int | None, ...]

# TensorProto
_DIMENSIONS, _TENSOR_TYPE, _TENSOR_NAME, _EXTERNAL = 1, 2, 8, 13
# Bytes of a number by its data type; those of half a byte and texts are left out.
_WIDTHS = {1: 4, 2: 1, 3: 1, 4: 2, 5: 2, 6: 4, 7: 8, 9: 1, 10: 2, 11: 8, 12: 4, 13: 8, 14: 8, 15: 16, 16: 2}
NUMBERS = (1, 10, 11)  # float, float16, double


@dataclass(frozen=True, slots=True)
class Tensor:
    """An input or output: None stands for a free axis, and for a shape that is not told; `kind` is its data type."""

    name: str
    kind: int = 0
    shape: Shape | None = None


def read_weights(source: Ranged, where: Field, external: dict[str, int]) -> str:
    """Return the name of an initializer; if its numbers lie in another file, their end there is noted in `external`."""
    name, entries, count, width = "", {}, 1, 0
    for each in fields(source, where.start, where.end):
        if each.number == _TENSOR_NAME:
            name = text(source, each)
        elif each.number == _DIMENSIONS:
            count *= prod(whole_numbers(source, each))
        elif each.number == _TENSOR_TYPE:
            width = _WIDTHS.get(each.value, 0)
        elif each.number == _EXTERNAL:
            entry = {part.number: text(source, part) for part in fields(source, each.start, each.end)}
            entries[entry.get(1, "")] = entry.get(2, "")
    if (location := entries.get("location")) is not None:
        # The length may be left out, or be less than the shape needs.
        length = max(_whole_number(entries.get("length", "0")), count * width)
        external[location] = max(external.get(location, 0), _whole_number(entries.get("offset", "0")) + length)
    return name


def _whole_number(text: str) -> int:
    """Return a text as a whole number; raises Malformed."""
    if not re.fullmatch(r"\d{1,19}", text, re.ASCII):
        raise Malformed
    return int(text)


def read_tensor(source: Ranged, where: Field) -> Tensor:
    """Return the name, the type and the shape of an input or output."""
    parts = by_number(source, where)
    name = text(source, parts[1][-1]) if parts[1] else ""
    kinds = [kind for one in parts[2] for kind in by_number(source, one)[1]]
    if not kinds:  # a sequence or a map
        return Tensor(name)
    tensor = by_number(source, kinds[-1])
    shape = _shape(source, tensor[2][-1]) if tensor[2] else None
    return Tensor(name, tensor[1][-1].value if tensor[1] else 0, shape)


def _shape(source: Ranged, where: Field) -> Shape:
    """Return a shape, with None for each axis without a usable fixed size (1 to 2^31 - 1)."""
    axes = [by_number(source, axis)[1] for axis in by_number(source, where)[1]]
    sizes = [axis[-1].value if axis else 0 for axis in axes]
    return tuple(size if 0 < size < 1 << 31 else None for size in sizes)
