"""What a TensorFlow Lite model says of its inputs and outputs, in the words of an ONNX model's header.

The fields are those of tensorflow/lite/schema/schema.fbs
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from slipway.uploads.validation.flatbuffer import entries, number, pointer, text
from slipway.uploads.validation.onnx_header import Header
from slipway.uploads.validation.onnx_tensors import Tensor
from slipway.uploads.validation.ranged import Exhausted, Ranged

# Of the tables Model, SubGraph and Tensor, by field.
_OPERATORS, _SUBGRAPHS = 1, 2
_BUILTIN_CODE = 3  # of the table OperatorCode
_ASSIGN_VARIABLE = 144
_QUANTIZED = (2, 3)  # uint8, int8
STATEFUL = ("tflite", "ASSIGN_VARIABLE")  # among the operators of a header: the model remembers what it was asked
_TENSORS, _INPUTS, _OUTPUTS = 0, 1, 2  # of the table SubGraph; inputs and outputs of Operator, too
_GRAPH_OPERATORS = 3
_LAST_OPERATORS = 8
# Of BuiltinOperator: QUANTIZE, DEQUANTIZE, RESHAPE, SQUEEZE and CAST leave numbers what they mean.
_TRANSPARENT = (114, 6, 22, 43, 53)
_NAMES = {
    25: "Softmax", 14: "Sigmoid", 50: "LogSoftmax", 9: "FULLY_CONNECTED", 0: "ADD", 18: "MUL", 19: "RELU", 28: "TANH",
}  # fmt: skip
_SHAPE, _TYPE, _NAME, _SIGNATURE = 0, 1, 3, 7
_KINDS = {0: 1, 1: 10, 2: 6, 3: 2, 4: 7, 5: 8, 6: 9, 7: 5, 9: 3, 10: 11}  # ONNX's data types by TensorFlow Lite's


def read(source: Ranged) -> Header:
    """Return the inputs and outputs of a model's first graph; an empty header without one. Raises Truncated."""
    graph = next(entries(source, number(source, 0), _SUBGRAPHS), None)
    if graph is None:
        return Header()
    tensors = list(entries(source, graph, _TENSORS))
    inputs, outputs = (
        [_tensor(source, tensors[place]) for place in _numbers(source, graph, field) if 0 <= place < len(tensors)]
        for field in (_INPUTS, _OUTPUTS)
    )
    # The service converts quantized scores by their own scale: they are numbers as any.
    outputs = [replace(one, kind=1) if one.kind in _QUANTIZED else one for one in outputs]
    stateful = {STATEFUL} if _keeps_state(source) else set[tuple[str, str]]()
    told = Header(inputs, outputs, operators=stateful)
    with suppress(Exhausted):  # what the budget is not enough for is not judged
        told.last_operator = _last_operator(source, graph)
    return told


def _last_operator(source: Ranged, graph: int) -> str:
    """Return the operator that the first output comes from, behind those that only move numbers; empty if unknown."""
    codes = list(entries(source, number(source, 0), _OPERATORS))
    # They stand in the order in which they are run: the last ones are enough, and there may be thousands.
    last = list(entries(source, graph, _GRAPH_OPERATORS))[-_LAST_OPERATORS:]
    made_by = {place: operator for operator in last for place in _numbers(source, operator, _OUTPUTS)}
    tensor = next(iter(_numbers(source, graph, _OUTPUTS)), -1)
    while (operator := made_by.pop(tensor, 0)) and (index := _index(source, operator)) < len(codes):
        builtin = _builtin(source, codes[index])
        if builtin not in _TRANSPARENT:
            return _NAMES.get(builtin, "")
        tensor = next(iter(_numbers(source, operator, _INPUTS)), -1)
    return ""


def _index(source: Ranged, operator: int) -> int:
    place = pointer(source, operator, 0, inline=True)
    return number(source, place) if place else 0


def _builtin(source: Ranged, code: int) -> int:
    """Return the number of an operator, which older files have as a byte."""
    old, new = (pointer(source, code, field, inline=True) for field in (0, _BUILTIN_CODE))
    return max(source.at(old, 1)[0] if old else 0, number(source, new) if new else 0)


def _keeps_state(source: Ranged) -> bool:
    """Return whether a model writes variables, which it reads at the next request."""
    codes = entries(source, number(source, 0), _OPERATORS)
    places = (pointer(source, code, _BUILTIN_CODE, inline=True) for code in codes)
    return any(place and number(source, place) == _ASSIGN_VARIABLE for place in places)


def _tensor(source: Ranged, table: int) -> Tensor:
    """Return an input or output; axes of any size are those that its signature has no number for."""
    axes = _numbers(source, table, _SIGNATURE) or _numbers(source, table, _SHAPE)
    where = pointer(source, table, _TYPE, inline=True)
    kind = _KINDS.get(source.at(where, 1)[0] if where else 0, 0)
    return Tensor(text(source, table, _NAME), kind, tuple(axis if axis > 0 else None for axis in axes) or None)


def _numbers(source: Ranged, table: int, field: int) -> list[int]:
    """Return the whole numbers in a vector, which is a field of a table; empty if the field is not there."""
    start = pointer(source, table, field)
    if not start:
        return []
    content = source.at(start + 4, 4 * min(number(source, start), 64))
    return [int.from_bytes(content[at : at + 4], "little", signed=True) for at in range(0, len(content), 4)]
