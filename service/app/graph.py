"""What the graph of an ONNX model says of its answer: the operator that its numbers come from.

Read with the few lines of protobuf that it takes, because ONNX Runtime does not tell and the package onnx is large. The
field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from pathlib import Path

_GRAPH, _NODE = 7, 1
_NODE_INPUT, _NODE_OUTPUT, _OPERATOR, _ATTRIBUTE = 1, 2, 4, 5
_ATTRIBUTE_NAME, _INTS, _STRINGS = 1, 8, 9
# They change the type, the shape or the place of numbers, not what they mean.
_TRANSPARENT = (
    *("Identity", "Cast", "CastLike", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Transpose", "Dropout"),
    *("QuantizeLinear", "DequantizeLinear", "ZipMap"),
)


def last_operator(path: Path, output: str) -> str:
    """Return the operator that an output comes from, behind those that only move numbers; empty if that is unknown."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        try:
            operators = dict(_operators(content))
        except (IndexError, ValueError):
            return ""
    seen = set[str]()
    while output in operators and output not in seen:
        seen.add(output)
        operator, first = operators[output]
        if operator not in _TRANSPARENT:
            return operator
        output = first
    return ""


def class_labels(path: Path) -> list[str]:
    """Return the names that a classifier of scikit-learn's kind has for its classes; empty if it has none."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        try:
            return next((labels for labels in _labels(content) if labels), [])
        except (IndexError, ValueError):
            return []


def _labels(content: mmap.mmap) -> Iterator[list[str]]:
    """Yield the values of the attributes of nodes that name classes."""
    for start, end in _nodes(content):
        for number, first, last in _fields(content, start, end):
            if number != _ATTRIBUTE:
                continue
            parts = list(_fields(content, first, last))
            if any(content[a:b].startswith(b"classlabels_") for part, a, b in parts if part == _ATTRIBUTE_NAME):
                numbers = [_varint(content, a)[0] for part, a, _ in parts if part == _INTS]
                texts = [content[a:b].decode() for part, a, b in parts if part == _STRINGS]
                yield texts or [str(one - 2**64 if one >= 2**63 else one) for one in numbers]


def _nodes(content: mmap.mmap) -> Iterator[tuple[int, int]]:
    """Yield where each node of the graph lies."""
    graphs = [(start, end) for number, start, end in _fields(content, 0, len(content)) if number == _GRAPH]
    for number, start, end in _fields(content, *graphs[-1]) if graphs else ():
        if number == _NODE:
            yield start, end


def _operators(content: mmap.mmap) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the name of each output of a node, with the node's operator and first input."""
    for start, end in _nodes(content):
        texts: dict[int, list[str]] = {_NODE_INPUT: [], _NODE_OUTPUT: [], _OPERATOR: []}
        for part, first, last in _fields(content, start, end):
            if part in texts:
                texts[part].append(content[first:last].decode())
        operator = "".join(texts[_OPERATOR])
        yield from ((name, (operator, (texts[_NODE_INPUT] or [""])[0])) for name in texts[_NODE_OUTPUT])


def _fields(content: mmap.mmap, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield the number of each field of a message, and where its content lies; numbers of fixed size are left out."""
    while start < end:
        tag, start = _varint(content, start)
        match tag & 7:
            case 0:
                begin = start
                _, start = _varint(content, start)
                yield tag >> 3, begin, start
            case 1:
                start += 8
            case 2:
                length, start = _varint(content, start)
                yield tag >> 3, start, start + length
                start += length
            case 5:
                start += 4
            case _:
                raise ValueError("This is no field of protobuf.")


def _varint(content: mmap.mmap, start: int) -> tuple[int, int]:
    value = shift = 0
    while content[start] & 0x80:
        value |= (content[start] & 0x7F) << shift
        start, shift = start + 1, shift + 7
    return value | content[start] << shift, start + 1
