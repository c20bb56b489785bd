"""What the graph of an ONNX model says of its answer: the operator that its numbers come from.

Read with the few lines of protobuf that it takes, because ONNX Runtime does not tell and the package onnx is large. The
field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from pathlib import Path

_GRAPH, _NODE = 7, 1
_NODE_INPUT, _NODE_OUTPUT, _OPERATOR = 1, 2, 4
# They change the type, the shape or the place of numbers, not what they mean.
_TRANSPARENT = (
    *("Identity", "Cast", "CastLike", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Transpose", "Dropout"),
    *("QuantizeLinear", "DequantizeLinear"),
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


def _operators(content: mmap.mmap) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the name of each output of a node, with the node's operator and first input."""
    graphs = [(start, end) for number, start, end in _fields(content, 0, len(content)) if number == _GRAPH]
    for number, start, end in _fields(content, *graphs[-1]) if graphs else ():
        if number == _NODE:
            texts: dict[int, list[str]] = {_NODE_INPUT: [], _NODE_OUTPUT: [], _OPERATOR: []}
            for part, first, last in _fields(content, start, end):
                if part in texts:
                    texts[part].append(content[first:last].decode())
            operator = "".join(texts[_OPERATOR])
            yield from ((name, (operator, (texts[_NODE_INPUT] or [""])[0])) for name in texts[_NODE_OUTPUT])


def _fields(content: mmap.mmap, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield the number, start and end of each field of a message that has a length; others are stepped over."""
    while start < end:
        tag, start = _varint(content, start)
        match tag & 7:
            case 0:
                _, start = _varint(content, start)
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
