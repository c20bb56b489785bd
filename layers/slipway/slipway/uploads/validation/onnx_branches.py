"""The tensors inside nodes of an ONNX graph: constants, and the weights of branches and loops.

The field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from slipway.uploads.validation.protobuf import LEN, Field, fields, fields_within
from slipway.uploads.validation.ranged import Ranged

_NODE, _INITIALIZER = 1, 5  # of GraphProto
SPARSE_INITIALIZER = 15
_ATTRIBUTE = 5  # of NodeProto
_TENSORS, _GRAPHS, _SPARSE_TENSORS = (5, 10), (6, 11), (22, 23)  # of AttributeProto: one, or several
_SPARSE_PARTS = (1, 2)  # of SparseTensorProto: values and indices, tensors themselves
_PLAIN_NODE = 40  # bytes: a node with a tensor in another file, or a graph with one, has more


def nested_tensors(source: Ranged, nodes: Iterable[Field]) -> Iterator[Field]:
    """Yield the tensors of nodes and of graphs inside them, however deep; raises Exhausted, Truncated or Malformed."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if node.end - node.start <= _PLAIN_NODE:
            continue
        for attribute in fields_within(source, node, _ATTRIBUTE):
            for part in fields_within(source, attribute, *_TENSORS, *_GRAPHS, *_SPARSE_TENSORS):
                if part.number in _TENSORS:
                    yield part
                elif part.number in _SPARSE_TENSORS:
                    yield from sparse_tensors(source, part)
                elif part.wire == LEN:
                    yield from _graph_tensors(source, part, waiting)


def sparse_tensors(source: Ranged, sparse: Field) -> Iterator[Field]:
    """Yield the two tensors that a sparse one consists of."""
    return fields_within(source, sparse, *_SPARSE_PARTS)


def _graph_tensors(source: Ranged, graph: Field, waiting: list[Field]) -> Iterator[Field]:
    """Yield the tensors of a graph itself, and add its nodes to `waiting`."""
    for each in fields(source, graph.start, graph.end):
        if each.number == _INITIALIZER:
            yield each
        elif each.number == SPARSE_INITIALIZER:
            yield from sparse_tensors(source, each)
        elif each.number == _NODE:
            waiting.append(each)
