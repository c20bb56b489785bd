"""What an ONNX model says of itself: its inputs, outputs and weights, read without the numbers in between.

The field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from math import prod

from slipway.uploads.validation import onnx_branches, onnx_classes
from slipway.uploads.validation.onnx_tensors import NUMBERS, Shape, Tensor, read_tensor, read_weights
from slipway.uploads.validation.protobuf import LEN, VARINT, Field, by_number, fields, fields_within, text
from slipway.uploads.validation.ranged import Exhausted, Malformed, Ranged, Truncated

# ModelProto
_IR_VERSION, _GRAPH, _OPSETS, _FUNCTIONS = 1, 7, 8, 25
_WIRES = {1: VARINT, 2: LEN, 3: LEN, 4: LEN, 5: VARINT, 6: LEN, 7: LEN, 8: LEN, 14: LEN, 20: LEN, 25: LEN, 26: LEN}
# GraphProto
# They change the type, the shape or the place of numbers, not what they mean.
_TRANSPARENT = (
    *("Identity", "Cast", "CastLike", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Transpose", "Dropout"),
    *("QuantizeLinear", "DequantizeLinear", "ZipMap"),
)
_NODE, _INITIALIZER, _INPUT, _OUTPUT = 1, 5, 11, 12
_FUNCTION_NODE = 7  # of FunctionProto


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
    last_operator: str = ""
    class_names: list[str] = field(default_factory=list)  # the model's own

    @property
    def scores(self) -> Tensor | None:
        """The output that is served: the first one of numbers; None without one."""
        return next((one for one in self.outputs if one.kind in NUMBERS), None)

    @property
    def classes(self) -> int | None:
        """How many numbers the model answers for one picture; None if it does not tell."""
        if self.scores is None or not self.scores.shape:
            return None
        batch, *rest = self.scores.shape
        axes = [batch or (1 if rest else None), *rest]
        return None if None in axes else prod(axis or 0 for axis in axes)

    @property
    def labels(self) -> int | None:
        """How many labels name the answer: a single number is the share of the second of two. None if not known."""
        return 2 if self.classes == 1 else self.classes

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
            weights.add(read_weights(source, each, told.external))
        elif each.number == onnx_branches.SPARSE_INITIALIZER:
            for part in onnx_branches.sparse_tensors(source, each):
                weights.add(read_weights(source, part, told.external))
        elif each.number == _NODE and each.wire == LEN:
            nodes.append(each)
        elif each.number in (_INPUT, _OUTPUT):
            (told.inputs if each.number == _INPUT else told.outputs).append(read_tensor(source, each))
    told.inputs = [one for one in told.inputs if one.name not in weights]
    # The files that only nodes keep weights in are looked for last: what came before must not lack budget.
    with suppress(Exhausted):
        _read_nested_weights(source, model[_FUNCTIONS], nodes, told.external)
    told.ir = model[_IR_VERSION][-1].value
    # What cannot be read of this within the budget is left to the runtime.
    with suppress(Exhausted):
        told.opsets = dict(_opset(source, one) for one in model[_OPSETS])
        told.functions = {_names(source, one, domain=10, name=1) for one in model[_FUNCTIONS]}
        read_operators(source, nodes, told)
    return told


def _read_nested_weights(source: Ranged, functions: list[Field], nodes: list[Field], external: dict[str, int]) -> None:
    """Note where the weights inside nodes are, those of the model's functions among them."""
    inside = [one for function in functions for one in fields_within(source, function, _FUNCTION_NODE)]
    for each in onnx_branches.nested_tensors(source, [*nodes, *inside]):
        read_weights(source, each, external)


def read_operators(source: Ranged, nodes: list[Field], told: Header) -> None:
    """Note the operators of a graph's nodes, and the last one before the scores that does more than move numbers."""
    made_by: dict[str, tuple[str, str]] = {}
    for node in nodes:
        parts = by_number(source, node)
        domain, operator, first = (text(source, parts[number][0]) if parts[number] else "" for number in (7, 4, 1))
        told.operators.add((domain, operator))
        if domain == onnx_classes.DOMAIN and not told.class_names:
            told.class_names = onnx_classes.names(source, parts[5])
        made_by |= {text(source, output): (operator, first) for output in parts[2]}
    name = told.scores.name if told.scores else ""
    while name in made_by:
        told.last_operator, name = made_by.pop(name)
        if told.last_operator not in _TRANSPARENT:
            return
    told.last_operator = ""


def _parts(source: Ranged) -> dict[int, list[Field]]:
    """Return the fields of a model by their numbers, if all are there; raises Truncated or Malformed."""
    found: dict[int, list[Field]] = defaultdict(list)
    for each in fields(source, 0, source.size):
        if _WIRES.get(each.number, each.wire) != each.wire or each.number > max(_WIRES):
            raise Malformed
        found[each.number].append(each)
    if _IR_VERSION not in found or len(found[_GRAPH]) > 1:  # protobuf would make one of several
        raise Malformed
    if _GRAPH not in found or (found[_IR_VERSION][-1].value >= 3 and _OPSETS not in found):
        raise Truncated
    return found


def _opset(source: Ranged, where: Field) -> tuple[str, int]:
    """Return the domain and the version of an operator set; the domain of ONNX's own is empty."""
    parts = by_number(source, where)
    domain = text(source, parts[1][-1]) if parts[1] else ""
    return "" if domain == "ai.onnx" else domain, parts[2][-1].value if parts[2] else 0


def _names(source: Ranged, where: Field, *, domain: int, name: int) -> tuple[str, str]:
    """Return the domain and the name in a node or a function, whose fields have these numbers."""
    found = {part.number: part for part in fields(source, where.start, where.end) if part.number in (domain, name)}
    words = (text(source, found[number]) if number in found else "" for number in (domain, name))
    return next(words), next(words)
