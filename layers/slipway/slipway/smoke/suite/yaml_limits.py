"""How large, how deep and how many values a suite may be, before its YAML is composed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import Any

LIMIT = 256 * 1024  # bytes: a suite of record and one of a candidate, merged
VALUES = 50_000
DEEPEST = 50


class ValidationError(Exception):
    """A value cannot be used; the text is the sentence that says why, the line that of the document."""

    def __init__(self, sentence: str, line: int = 1) -> None:
        super().__init__(sentence)
        self.line = line


def decoded(text: bytes) -> str:
    """Return the text of a suite; raises ValidationError if it is too large, too deep, or not UTF-8."""
    if len(text) > LIMIT:
        raise ValidationError(f"The suite is larger than {LIMIT:,} bytes: shorten it.")
    # PyYAML takes seconds for deep ones before it gives up. Brackets in texts count, too: roughly will do.
    if max(accumulate((byte in b"[{") - (byte in b"]}") for byte in text), default=0) > DEEPEST:
        raise ValidationError(f"The suite nests more than {DEEPEST} brackets: write it plainer.")
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValidationError("The suite is not UTF-8 text: save it as UTF-8.") from error


def check_depth(events: Iterator[Any]) -> None:
    """Raise ValidationError for what nests too deep: PyYAML's composer in C would overflow the stack."""
    from yaml import CollectionEndEvent, CollectionStartEvent, NodeEvent

    depth = values = 0
    for event in events:
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        values += isinstance(event, NodeEvent)
        if depth > DEEPEST or values > 2 * VALUES:  # keys are nodes, too
            raise ValidationError(
                "The suite nests too deep, or has too many values: write it plainer.", event.start_mark.line + 1
            )
