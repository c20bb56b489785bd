"""ONNX models: whole, with what lies beside them, and what their header says of input and output.

The field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from math import prod
from posixpath import dirname, join

from slipway.models.paths import escapes
from slipway.models.text import cut_off, damaged, shown
from slipway.uploads.validation.protobuf import LEN, VARINT, Field, fields, text
from slipway.uploads.validation.ranged import Exhausted, Malformed, Ranged, Truncated

type Shape = tuple[int | None, ...]

# ModelProto
_IR_VERSION, _GRAPH, _OPSETS = 1, 7, 8
_WIRES = {1: VARINT, 2: LEN, 3: LEN, 4: LEN, 5: VARINT, 6: LEN, 7: LEN, 8: LEN, 14: LEN, 20: LEN, 25: LEN, 26: LEN}
# GraphProto
_NODE, _INITIALIZER, _INPUT, _OUTPUT = 1, 5, 11, 12
# TensorProto
_TENSOR_NAME, _EXTERNAL = 8, 13
NUMBERS = (1, 10, 11)  # float, float16, double


@dataclass(frozen=True, slots=True)
class Tensor:
    """An input or output: None stands for a free axis, and for a shape that is not told; `kind` is its data type."""

    name: str
    kind: int = 0
    shape: Shape | None = None


@dataclass(slots=True)
class Header:
    """What a model says of itself; `external` are the files beside it that hold its weights."""

    inputs: list[Tensor] = field(default_factory=list)
    outputs: list[Tensor] = field(default_factory=list)
    external: set[str] = field(default_factory=set)

    @property
    def classes(self) -> int | None:
        """How many numbers it answers for one picture, if it tells."""
        scores = next((one for one in self.outputs if one.kind in NUMBERS), None)
        if scores is None or not scores.shape:
            return None
        batch, *rest = scores.shape
        axes = [batch or (1 if rest else None), *rest]
        return None if None in axes else prod(axis or 0 for axis in axes)

    @property
    def picture(self) -> Shape | None:
        """The shape of its one input, if it tells."""
        return self.inputs[0].shape if len(self.inputs) == 1 else None


def problems(name: str, source: Ranged) -> list[str]:
    """Say why a file cannot be an ONNX model."""
    try:
        graph(source)
    except Truncated:
        return [cut_off(name, source.size)]
    except (Malformed, Exhausted):
        return [damaged(name, "is no ONNX model")]
    return []


def header(source: Ranged) -> Header | None:
    """Read what a model says of itself; None if it takes too much reading, or is damaged inside."""
    try:
        return _header(source, graph(source))
    except (Exhausted, Malformed, Truncated):
        return None


def weights_problems(name: str, header: Header, paths: Collection[str]) -> list[str]:
    """Say which files with weights are not where the model looks for them; `paths` are all files of the upload."""
    found = []
    for location in sorted(header.external):
        if escapes(location):
            found.append(f"{shown(name)} looks for weights in {shown(location)}, outside its folder: export it again.")
        elif join(dirname(name), location.removeprefix("./")) not in paths:
            found.append(
                f"{shown(name)} keeps weights in {shown(location)}, which is missing: upload it beside the model."
            )
    return found[:3]


def graph(source: Ranged) -> Field:
    """Find the graph, and see that everything around it is there."""
    found: dict[int, Field] = {}
    for each in fields(source, 0, source.size):
        if _WIRES.get(each.number, each.wire) != each.wire or each.number > max(_WIRES):
            raise Malformed
        found[each.number] = each
    if _IR_VERSION not in found:
        raise Malformed
    if _GRAPH not in found or (found[_IR_VERSION].value >= 3 and _OPSETS not in found):
        raise Truncated
    return found[_GRAPH]


def _header(source: Ranged, where: Field) -> Header:
    told, weights = Header(), set()
    for each in fields(source, where.start, where.end):
        if each.number == _INITIALIZER:
            weights.add(_weights(source, each, told.external))
        elif each.number in (_INPUT, _OUTPUT):
            (told.inputs if each.number == _INPUT else told.outputs).append(_tensor(source, each))
    told.inputs = [one for one in told.inputs if one.name not in weights]
    return told


def _weights(source: Ranged, where: Field, external: set[str]) -> str:
    """Give the name of an initializer, and note the file that its numbers lie in."""
    name = ""
    for each in fields(source, where.start, where.end):
        if each.number == _TENSOR_NAME:
            name = text(source, each)
        elif each.number == _EXTERNAL:
            entry = {part.number: text(source, part) for part in fields(source, each.start, each.end)}
            external.update([entry.get(2, "")] if entry.get(1) == "location" else [])
    return name


def _tensor(source: Ranged, where: Field) -> Tensor:
    parts = _by_number(source, where)
    name = text(source, parts[1][-1]) if parts[1] else ""
    kinds = [kind for one in parts[2] for kind in _by_number(source, one)[1]]
    if not kinds:  # a sequence or a map
        return Tensor(name)
    tensor = _by_number(source, kinds[-1])
    shape = _shape(source, tensor[2][-1]) if tensor[2] else None
    return Tensor(name, tensor[1][-1].value if tensor[1] else 0, shape)


def _shape(source: Ranged, where: Field) -> Shape:
    axes = [_by_number(source, axis)[1] for axis in _by_number(source, where)[1]]
    sizes = [axis[-1].value if axis else 0 for axis in axes]
    return tuple(size if 0 < size < 1 << 31 else None for size in sizes)


def _by_number(source: Ranged, where: Field) -> dict[int, list[Field]]:
    found: dict[int, list[Field]] = defaultdict(list)
    for each in fields(source, where.start, where.end) if where.wire == LEN else ():
        found[each.number].append(each)
    return found
