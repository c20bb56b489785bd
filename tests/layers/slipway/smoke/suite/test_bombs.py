"""Whatever an uploader writes, reading it takes no more than two seconds of the processor."""

from __future__ import annotations

import time

import pytest

from slipway.uploads.validation import suites

SIZE = suites.LIMIT


def filled(head: str, piece: str, tail: str) -> bytes:
    """A suite as large as one may be."""
    return (head + piece * ((SIZE - len(head) - len(tail)) // len(piece)) + tail).encode()


def numbered(head: str, piece: str, tail: str) -> bytes:
    """A suite as large as one may be, its pieces all different."""
    pieces, left = [], SIZE - len(head) - len(tail)
    for number in range(SIZE):
        left -= len(written := piece.replace("#", str(number)))
        if left < 0:
            break
        pieces.append(written)
    return "".join([head, *pieces, tail]).encode()


BOMBS = {
    "a schema of alternatives": filled("contract: {schema: {anyOf: [", "{type: object},", "{}]}}"),
    "many schemas": numbered("requests:\n", "- {name: '#', expect: {schema: {anyOf: [{},{},{},{},{},{}]}}}\n", ""),
    "large schemas": numbered("requests:\n", "- {name: '#', expect: {schema: {anyOf: [" + "{}, " * 900 + "]}}}\n", ""),
    "expressions": numbered("requests: [{name: a, expect: {json: {", "'a#.b[?c > `#`].d | [0]': 1, ", "}}}]"),
    "long expressions": numbered("requests: [{name: a, expect: {json: {", "a." * 90 + "b#: 1, ", "}}}]"),
    "checks that are not known": numbered("", "accuracy#: 1\n", ""),
    "requests": numbered("requests:\n", "- {name: '#', method: GET, json: {a: 1}, expect: {status: 200}}\n", ""),
    "requests without anything": filled("requests: [", "{},", "{}]"),
    "malformed requests": filled("contract: {malformed: [", "{json: {}, expect: 4xx},", "{}]}"),
    "headers": numbered("predict: {headers: {", "k#: 1, ", "}}"),
    "a form": numbered("requests: [{name: a, form: {", "k#: {text: 1}, ", "}}]"),
    "misspelt matchers": numbered("requests: [{name: a, expect: {json: {", "a#: {at_leest: 1}, ", "}}}]"),
    "statuses": filled("requests: [{name: a, expect: {status: [", "4xx, ", "200]}}]"),
    "regular expressions": numbered(
        "requests: [{name: a, expect: {json: {", "a#: {matches: '" + "(a|b)*c[d-f]+" * 30 + "'}, ", "}}}]"
    ),
    "values": filled("requests: [{name: a, json: [", "1, ", "1]}]"),
    "a number": filled("ready: {deadline: 1", ":59", "}"),
    "aliases": filled("a: &a {schema: {anyOf: [" + "{}," * 900 + "{}]}}\nrequests:\n", "- {expect: *a}\n", ""),
}


ORDINARY = BOMBS["requests"]  # as long as a bomb, and such as anybody could write


def cpu_seconds(suite: bytes) -> float:
    began = time.process_time()
    suites.problems(suite, ())
    return time.process_time() - began


@pytest.fixture(scope="module")
def ordinary() -> float:
    """The processor time that a suite of ordinary requests takes here and now."""
    cpu_seconds(ORDINARY)  # what is imported once does not count
    return max(cpu_seconds(ORDINARY) for _ in range(3))


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_suite_is_read_soon(bomb: bytes, ordinary: float) -> None:
    """Its problems are told, or there are none, in a few times of what an ordinary suite of its length takes."""
    assert len(bomb) > SIZE - 10_000
    assert min(cpu_seconds(bomb) for _ in range(2)) < 6 * ordinary
