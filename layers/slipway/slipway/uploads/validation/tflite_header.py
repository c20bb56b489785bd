"""What a TensorFlow Lite model says of its inputs and outputs, in the words of an ONNX model's header.

The fields are those of tensorflow/lite/schema/schema.fbs
"""

from __future__ import annotations

from slipway.uploads.validation.flatbuffer import entries, number, pointer, text
from slipway.uploads.validation.onnx_header import Header
from slipway.uploads.validation.onnx_tensors import Tensor
from slipway.uploads.validation.ranged import Ranged

# Of the tables Model, SubGraph and Tensor, by field.
_OPERATORS, _SUBGRAPHS = 1, 2
_BUILTIN_CODE = 3  # of the table OperatorCode
_ASSIGN_VARIABLE = 144
STATEFUL = ("tflite", "ASSIGN_VARIABLE")  # among the operators of a header: the model remembers what it was asked
_TENSORS, _INPUTS, _OUTPUTS = 0, 1, 2
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
    return Header(inputs, outputs, operators={STATEFUL} if _keeps_state(source) else set())


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
