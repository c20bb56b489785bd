"""Reading the JSON of an answer and what JMESPath finds in it."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from slipway.models import HttpAnswer
from slipway.models.text import shown

TOO_LONG = "The answer is longer than 1 MiB, which is more than is read."
_SHOWN = 80  # characters of a value
_MEMBERS = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)


class NoJson(Exception):
    """A body is no JSON; the text is the sentence that says so."""


def json_body(answer: HttpAnswer) -> Any:
    """Return the JSON in an answer's body; raises NoJson."""
    if answer.truncated:
        raise NoJson(TOO_LONG)
    try:
        return _DECODER.decode(answer.body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        kind = shown(media_type(answer)) or "of no stated type"
        beginning = answer.body[: 4 * _SHOWN].decode(errors="replace")
        said = json_text(beginning) if answer.body else "nothing at all"
        raise NoJson(f"The answer is {kind} and no valid JSON: {said}.") from None


def media_type(answer: HttpAnswer) -> str:
    """Return the media type that an answer states, in lower case; empty if it states none."""
    return answer.headers.get("content-type", "").split(";")[0].strip().lower()


def number(value: Any) -> float | None:
    """Return a JSON number as a float; None for what is none, or too large for one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def search(expression: str, body: Any) -> Any:
    """Return what a JMESPath expression finds in a JSON value; None if it finds nothing."""
    if _MEMBERS.fullmatch(expression):  # as nearly all are, and ten thousand golden inputs are ten thousand searches
        for member in expression.split("."):
            body = body.get(member) if isinstance(body, dict) else None
        return body
    from jmespath.exceptions import JMESPathError

    try:
        return _compiled(expression).search(body)
    except (JMESPathError, TypeError, ValueError, RecursionError):  # a function on a value that is not its kind
        return None


def json_text(value: Any) -> str:
    """Return a value as JSON for a sentence, cut to 80 characters and with hidden ones made visible."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return shown(text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…")


def _refuse(constant: str) -> None:
    """Raise ValueError for NaN and Infinity."""
    raise ValueError(f"{constant} is no JSON number")


_DECODER = json.JSONDecoder(parse_constant=_refuse)  # Python's own would take NaN


@lru_cache(256)
def _compiled(expression: str) -> Any:
    """Return a JMESPath expression, ready to search."""
    import jmespath

    return jmespath.compile(expression)
