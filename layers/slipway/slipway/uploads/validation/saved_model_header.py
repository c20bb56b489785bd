"""What a SavedModel says of its inputs and outputs, in the words of an ONNX model's header: its signature.

The field numbers are those of meta_graph.proto and tensor_shape.proto in https://github.com/tensorflow/tensorflow
"""

from __future__ import annotations

from slipway.uploads.validation import saved_model_operators
from slipway.uploads.validation.onnx_header import Header
from slipway.uploads.validation.onnx_tensors import Shape, Tensor
from slipway.uploads.validation.protobuf import Field, by_number, fields, text
from slipway.uploads.validation.ranged import Exhausted, Malformed, Ranged, Truncated

SERVED = "serving_default"  # the signature that OpenVINO reads
_META_GRAPH, _SIGNATURES, _INPUTS, _OUTPUTS = 2, 5, 1, 2
_KEY, _VALUE = 1, 2  # of an entry of a map
_NAME, _TYPE, _SHAPE = 1, 2, 3  # of TensorInfo
_AXIS, _SIZE, _UNKNOWN_RANK = 2, 1, 3  # of TensorShapeProto
# Those that OpenVINO has by the same meaning; it may make one of several others.
_OPERATORS = ("Softmax", "Sigmoid", "BiasAdd", "Add", "AddV2", "MatMul", "Relu", "Elu", "Tanh", "Softplus")
# ONNX's data types by TensorFlow's.
_KINDS = {1: 1, 2: 11, 3: 6, 4: 2, 5: 5, 6: 3, 7: 8, 9: 7, 10: 9, 14: 16, 17: 4, 19: 10, 22: 12, 23: 13}


def read(source: Ranged) -> Header:
    """Return the inputs and outputs of the signature that is served; an empty header if that cannot be told."""
    try:
        graphs = [field for field in fields(source, 0, source.size) if field.number == _META_GRAPH]
        found = [signature for graph in graphs for signature in by_number(source, graph)[_SIGNATURES]]
        served = [entry for entry in found if text(source, by_number(source, entry)[_KEY][-1]) == SERVED]
        if len(graphs) != 1 or len(served) != 1:
            return Header()
        (signature,) = by_number(source, served[0])[_VALUE]
        parts = by_number(source, signature)
        inputs, outputs = ([_tensor(source, entry) for entry in parts[number]] for number in (_INPUTS, _OUTPUTS))
    except (Truncated, Malformed, Exhausted, IndexError, ValueError):
        return Header()
    told = Header(sorted(inputs, key=lambda one: one.name))
    # A map has no order: of several outputs, nothing here tells which one is served.
    if len(outputs) == 1:
        told.outputs, told.last_operator = outputs, _last_operator(source, graphs[0], parts[_OUTPUTS][0])
    return told


def _last_operator(source: Ranged, graph: Field, output: Field) -> str:
    """Return the operator that an output comes from, in ONNX's words; empty if nothing can be said for sure."""
    try:
        info = by_number(source, by_number(source, output)[_VALUE][-1])
        operation = saved_model_operators.last_operation(source, graph, text(source, info[_NAME][-1]))
    except (Truncated, Malformed, Exhausted, IndexError):
        return ""
    return operation if operation in _OPERATORS else ""


def _tensor(source: Ranged, entry: Field) -> Tensor:
    """Return an input or output; one that is sparse, or of several tensors, is known by its name alone."""
    parts = by_number(source, entry)
    info = by_number(source, parts[_VALUE][-1])
    kind = _KINDS.get(info[_TYPE][-1].value, 0) if info[_TYPE] else 0
    return Tensor(text(source, parts[_KEY][-1]), kind, _shape(source, info[_SHAPE][-1]) if info[_SHAPE] else None)


def _shape(source: Ranged, where: Field) -> Shape | None:
    """Return a shape, with None for each axis without a usable fixed size; None if not even their number is known."""
    parts = by_number(source, where)
    if any(one.value for one in parts[_UNKNOWN_RANK]):
        return None
    axes = [by_number(source, axis)[_SIZE] for axis in parts[_AXIS]]
    sizes = [axis[-1].value if axis else 0 for axis in axes]
    return tuple(size if 0 < size < 1 << 31 else None for size in sizes)
