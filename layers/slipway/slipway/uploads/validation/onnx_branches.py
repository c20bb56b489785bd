"""The graphs inside nodes of an ONNX graph: branches and loops, which may keep weights of their own.

The field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from slipway.uploads.validation.protobuf import LEN, Field, fields, fields_within
from slipway.uploads.validation.ranged import Ranged

_NODE, _INITIALIZER = 1, 5  # of GraphProto
_ATTRIBUTE = 5  # of NodeProto
_GRAPHS = (6, 11)  # of AttributeProto: one, or several
_PLAIN_NODE = 100  # bytes, about


def may_hold_graph(field: Field) -> bool:
    """Return whether a field of a graph is a node that is large enough for a graph with weights in another file."""
    return field.number == _NODE and field.wire == LEN and field.end - field.start > _PLAIN_NODE


def nested_initializers(source: Ranged, nodes: Iterable[Field]) -> Iterator[Field]:
    """Yield the initializers of all graphs inside nodes, however deep; raises Exhausted, Truncated or Malformed."""
    waiting = list(nodes)
    while waiting:
        for graph in _graphs(source, waiting.pop()):
            for each in fields(source, graph.start, graph.end):
                if each.number == _INITIALIZER and each.wire == LEN:
                    yield each
                elif may_hold_graph(each):
                    waiting.append(each)


def _graphs(source: Ranged, node: Field) -> list[Field]:
    """Return the graphs that a node has as its attributes."""
    values = (part for one in fields_within(source, node, _ATTRIBUTE) for part in fields_within(source, one, *_GRAPHS))
    return [part for part in values if part.wire == LEN]
