"""What an ONNX model says of itself: its inputs, outputs and weights, read without the numbers in between.

The field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
"""

from __future__ import annotations

import re
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from math import prod

from slipway.uploads.validation import onnx_branches
from slipway.uploads.validation.protobuf import LEN, VARINT, Field, fields, text, whole_numbers
from slipway.uploads.validation.ranged import Exhausted, Malformed, Ranged, Truncated

type Shape = tuple[int | None, ...]

# ModelProto
_IR_VERSION, _GRAPH, _OPSETS, _FUNCTIONS = 1, 7, 8, 25
_WIRES = {1: VARINT, 2: LEN, 3: LEN, 4: LEN, 5: VARINT, 6: LEN, 7: LEN, 8: LEN, 14: LEN, 20: LEN, 25: LEN, 26: LEN}
# GraphProto
_NODE, _INITIALIZER, _INPUT, _OUTPUT = 1, 5, 11, 12
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


@dataclass(slots=True)
class Header:
    """What a model says of itself; `external` are the files beside it with its weights, and how many bytes it needs.

    `opsets` are versions by their domain, `operators` and `functions` (domain, name) of what it uses and brings along.
    """

    inputs: list[Tensor] = field(default_factory=list)
    outputs: list[Tensor] = field(default_factory=list)
    external: dict[str, int] = field(default_factory=dict)
    ir: int = 0
    opsets: dict[str, int] = field(default_factory=dict)
    operators: set[tuple[str, str]] = field(default_factory=set)
    functions: set[tuple[str, str]] = field(default_factory=set)

    @property
    def classes(self) -> int | None:
        """How many numbers the model answers for one picture; None if it does not tell."""
        scores = next((one for one in self.outputs if one.kind in NUMBERS), None)
        if scores is None or not scores.shape:
            return None
        batch, *rest = scores.shape
        axes = [batch or (1 if rest else None), *rest]
        return None if None in axes else prod(axis or 0 for axis in axes)

    @property
    def picture(self) -> Shape | None:
        """The shape of the model's only input; None if it has several, or does not tell."""
        return self.inputs[0].shape if len(self.inputs) == 1 else None


def read(source: Ranged) -> Header:
    """Return the header of an ONNX model: inputs, outputs, and where its weights are; raises Truncated or Malformed."""
    model, told, weights, nodes = _parts(source), Header(), set(), list[Field]()
    where = model[_GRAPH][-1]
    for each in fields(source, where.start, where.end):
        if each.number == _INITIALIZER:
            weights.add(_weights(source, each, told.external))
        elif each.number == _NODE and each.wire == LEN:
            nodes.append(each)
        elif each.number in (_INPUT, _OUTPUT):
            (told.inputs if each.number == _INPUT else told.outputs).append(_tensor(source, each))
    told.inputs = [one for one in told.inputs if one.name not in weights]
    # The files that only branches and loops keep weights in are looked for last: what came before must not lack budget.
    with suppress(Exhausted):
        for each in onnx_branches.nested_initializers(source, filter(onnx_branches.may_hold_graph, nodes)):
            _weights(source, each, told.external)
    told.ir = model[_IR_VERSION][-1].value
    # What cannot be read of this within the budget is left to the runtime.
    with suppress(Exhausted):
        told.opsets = dict(_opset(source, one) for one in model[_OPSETS])
        told.functions = {_names(source, one, domain=10, name=1) for one in model[_FUNCTIONS]}
        for node in nodes:
            told.operators.add(_names(source, node, domain=7, name=4))
    return told


def _parts(source: Ranged) -> dict[int, list[Field]]:
    """Return the fields of a model by their numbers, if all are there; raises Truncated or Malformed."""
    found: dict[int, list[Field]] = defaultdict(list)
    for each in fields(source, 0, source.size):
        if _WIRES.get(each.number, each.wire) != each.wire or each.number > max(_WIRES):
            raise Malformed
        found[each.number].append(each)
    if _IR_VERSION not in found:
        raise Malformed
    if _GRAPH not in found or (found[_IR_VERSION][-1].value >= 3 and _OPSETS not in found):
        raise Truncated
    return found


def _opset(source: Ranged, where: Field) -> tuple[str, int]:
    """Return the domain and the version of an operator set; the domain of ONNX's own is empty."""
    parts = _by_number(source, where)
    domain = text(source, parts[1][-1]) if parts[1] else ""
    return "" if domain == "ai.onnx" else domain, parts[2][-1].value if parts[2] else 0


def _names(source: Ranged, where: Field, *, domain: int, name: int) -> tuple[str, str]:
    """Return the domain and the name in a node or a function, whose fields have these numbers."""
    found = {part.number: part for part in fields(source, where.start, where.end) if part.number in (domain, name)}
    words = (text(source, found[number]) if number in found else "" for number in (domain, name))
    return next(words), next(words)


def _weights(source: Ranged, where: Field, external: dict[str, int]) -> str:
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


def _tensor(source: Ranged, where: Field) -> Tensor:
    """Return the name, the type and the shape of an input or output."""
    parts = _by_number(source, where)
    name = text(source, parts[1][-1]) if parts[1] else ""
    kinds = [kind for one in parts[2] for kind in _by_number(source, one)[1]]
    if not kinds:  # a sequence or a map
        return Tensor(name)
    tensor = _by_number(source, kinds[-1])
    shape = _shape(source, tensor[2][-1]) if tensor[2] else None
    return Tensor(name, tensor[1][-1].value if tensor[1] else 0, shape)


def _shape(source: Ranged, where: Field) -> Shape:
    """Return a shape, with None for each axis without a usable fixed size (1 to 2^31 - 1)."""
    axes = [_by_number(source, axis)[1] for axis in _by_number(source, where)[1]]
    sizes = [axis[-1].value if axis else 0 for axis in axes]
    return tuple(size if 0 < size < 1 << 31 else None for size in sizes)


def _by_number(source: Ranged, where: Field) -> dict[int, list[Field]]:
    """Return the fields of a message, by their numbers."""
    found: dict[int, list[Field]] = defaultdict(list)
    for each in fields(source, where.start, where.end) if where.wire == LEN else ():
        found[each.number].append(each)
    return found
