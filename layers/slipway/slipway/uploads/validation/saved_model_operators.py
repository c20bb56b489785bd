"""The operation that the answer of a SavedModel comes from, through the functions that its graph calls.

The field numbers are those of graph.proto, function.proto and op_def.proto in https://github.com/tensorflow/tensorflow
"""

from __future__ import annotations

from dataclasses import dataclass

from slipway.uploads.validation.protobuf import Field, by_number, fields_within, text
from slipway.uploads.validation.ranged import Ranged

_GRAPH_DEF = 2  # of MetaGraphDef
_NODE, _LIBRARY = 1, 2  # of GraphDef
_FUNCTION, _FUNCTION_NODE, _RETURNED = 1, 3, 4  # of FunctionDefLibrary and FunctionDef
_SIGNATURE, _OUTPUT_ARGUMENTS = 1, 3  # of FunctionDef and OpDef
_NAME, _OPERATION, _INPUTS, _ATTRIBUTES = 1, 2, 3, 5  # of NodeDef
_LONGEST_WAY = 100  # nodes
_CALLS = ("StatefulPartitionedCall", "PartitionedCall")
# They change the type, the shape or the place of numbers, not what they mean.
_TRANSPARENT = ("Identity", "Cast", "Reshape", "Squeeze", "ExpandDims", "StopGradient", "EnsureShape")


@dataclass(frozen=True, slots=True)
class _Scope:
    """The nodes of the graph or of a function by their names, and the tensors that a function returns, in order."""

    nodes: dict[str, Field]
    returned: list[str]


def last_operation(source: Ranged, graph: Field, tensor: str) -> str:
    """Return the operation behind a tensor of a MetaGraphDef; empty if that is not known.

    Raises Truncated, Malformed or Exhausted.
    """
    definition = by_number(source, by_number(source, graph)[_GRAPH_DEF][-1])
    libraries = [one for library in definition[_LIBRARY] for one in fields_within(source, library, _FUNCTION)]
    functions = {_signature_name(source, one): one for one in libraries}
    scope = _Scope(_by_name(source, definition[_NODE]), [])
    for _ in range(_LONGEST_WAY):  # a graph may lead in circles
        name, _, index = tensor.partition(":")
        if name not in scope.nodes:
            break
        node = by_number(source, scope.nodes[name])
        operation = text(source, node[_OPERATION][0]) if node[_OPERATION] else ""
        if operation in _CALLS:
            called = functions.get(_called(source, node[_ATTRIBUTES]))
            number = index.rpartition(":")[2] or "0"
            if called is None or not number.isdecimal():
                break
            scope = _scope(source, called)
            tensor = "".join(scope.returned[int(number) : int(number) + 1])
        elif operation in _TRANSPARENT and node[_INPUTS]:
            tensor = text(source, node[_INPUTS][0])
        else:
            return operation
    return ""


def _by_name(source: Ranged, nodes: list[Field]) -> dict[str, Field]:
    return {text(source, name): node for node in nodes for name in fields_within(source, node, _NAME)}


def _signature_name(source: Ranged, function: Field) -> str:
    """Return the name of a function."""
    return "".join(
        text(source, one)
        for sign in fields_within(source, function, _SIGNATURE)
        for one in fields_within(source, sign, _NAME)
    )


def _scope(source: Ranged, function: Field) -> _Scope:
    """Return the nodes of a function, and what it returns in the order of its outputs."""
    parts = by_number(source, function)
    entries = [by_number(source, entry) for entry in parts[_RETURNED]]
    tensors = {text(source, entry[1][0]): text(source, entry[2][0]) for entry in entries if entry[1] and entry[2]}
    arguments = [one for sign in parts[_SIGNATURE] for one in fields_within(source, sign, _OUTPUT_ARGUMENTS)]
    names = [text(source, name) for one in arguments for name in fields_within(source, one, _NAME)]
    return _Scope(_by_name(source, parts[_FUNCTION_NODE]), [tensors.get(name, "") for name in names])


def _called(source: Ranged, attributes: list[Field]) -> str:
    """Return the name of the function that a call calls: its attribute `f`."""
    for attribute in attributes:
        entry = by_number(source, attribute)
        if entry[1] and text(source, entry[1][0]) == "f":
            functions = [one for value in entry[2] for one in fields_within(source, value, 10)]
            return "".join(text(source, name) for one in functions for name in fields_within(source, one, 1))
    return ""
