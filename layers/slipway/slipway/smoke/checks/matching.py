"""Comparing an answer with what a suite expects of it; every miss is a sentence."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from slipway.models import HttpAnswer
from slipway.models.text import shown as plain
from slipway.smoke.suite import schemas
from slipway.smoke.suite.definition import Expectation, Matcher
from slipway.smoke.suite.patterns import found

_SHOWN = 80  # characters of a value


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON number")


_PLAIN = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)
_DECODER = json.JSONDecoder(parse_constant=_refuse)


class NoJson(Exception):
    """A body is no JSON; the text is the sentence that says so."""


def misses(expected: Expectation, answer: HttpAnswer) -> list[str]:
    """Say what is wrong with an answer; a wrong status makes everything else moot."""
    if wrong := _status(expected.statuses, answer):
        return [wrong]
    if answer.cut:
        return ["The answer is longer than 1 MiB, which is more than is read."]
    return [*_headers(expected, answer), *_text(expected, answer), *_body(expected, answer)]


def body_of(answer: HttpAnswer) -> Any:
    """Read an answer's JSON, or raise NoJson."""
    if answer.cut:
        raise NoJson("The answer is longer than 1 MiB, which is more than is read.")
    try:
        return _DECODER.decode(answer.body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        kind = answer.headers.get("content-type", "").split(";")[0].strip() or "of no stated type"
        raise NoJson(f"The answer is {kind} and no valid JSON: {shown_text(answer.body)}.") from None


def number_of(value: Any) -> float | None:
    """Read a number as JSON has it; None for what is none, or too large for one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def search(expression: str, body: Any) -> Any:
    """Find what a JMESPath expression names; None if there is nothing."""
    if _PLAIN.fullmatch(expression):  # ten thousand golden inputs are ten thousand searches
        for member in expression.split("."):
            body = body.get(member) if isinstance(body, dict) else None
        return body
    from jmespath.exceptions import JMESPathError

    try:
        return _compiled(expression).search(body)
    except (JMESPathError, TypeError, ValueError, RecursionError):  # a function on a value that is not its kind
        return None


def miss(name: str, matcher: Matcher, value: Any) -> str:
    """Say how a value differs from what it must be; empty if it does not."""
    wanted = _wanted(matcher, value)
    return f"{name} is {shown(value)}, not {wanted}." if wanted else ""


def shown(value: Any) -> str:
    """Write a value down, as JSON and not too long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return plain(text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…")


def shown_text(body: bytes) -> str:
    """Write the beginning of a body down."""
    return shown(body[: 4 * _SHOWN].decode(errors="replace")) if body else "nothing at all"


def _status(statuses: tuple[int, ...], answer: HttpAnswer) -> str:
    if answer.status in statuses:
        return ""
    whole_class = statuses == tuple(range(statuses[0], statuses[0] + 100))
    wanted = f"{statuses[0] // 100}xx" if whole_class else " or ".join(str(status) for status in statuses)
    if 300 <= answer.status < 400 and "location" in answer.headers:
        place = shown(answer.headers["location"])
        return f"Answered {answer.status}, not {wanted}: a redirect to {place}, which is not followed."
    return f"Answered {answer.status}, not {wanted}."


def _headers(expected: Expectation, answer: HttpAnswer) -> Iterator[str]:
    for name, matcher in expected.headers.items():
        if wrong := miss(f"The header {name}", matcher, answer.headers.get(name)):
            yield wrong


def _text(expected: Expectation, answer: HttpAnswer) -> Iterator[str]:
    if expected.text and (wrong := miss("The body", expected.text, answer.body.decode(errors="replace"))):
        yield wrong


def _body(expected: Expectation, answer: HttpAnswer) -> Iterator[str]:
    if not expected.json and expected.schema is None:
        return
    try:
        body = body_of(answer)
    except NoJson as error:
        yield str(error)
        return
    for expression, matcher in expected.json.items():
        if wrong := miss(expression, matcher, search(expression, body)):
            yield wrong
    if expected.schema is not None and (wrong := schemas.miss(expected.schema, body)):
        yield wrong


def _wanted(matcher: Matcher, value: Any) -> str:
    """Say what a value should have been; empty if it is that."""
    number = number_of(value)
    if matcher.equals and not same(matcher.equals[0], value):
        return shown(matcher.equals[0])
    if matcher.one_of is not None and not any(same(each, value) for each in matcher.one_of):
        return f"one of {', '.join(shown(each) for each in matcher.one_of)}"
    if matcher.about and (number is None or not math.isclose(number, matcher.about[0], abs_tol=matcher.about[1])):
        return f"within {matcher.about[1]:g} of {matcher.about[0]:g}"
    if matcher.matches is not None and not (isinstance(value, str) and found(matcher.matches, value)):
        return f"like {matcher.matches}"
    if matcher.at_least is not None and (number is None or number < matcher.at_least):
        return f"at least {matcher.at_least:g}"
    if matcher.at_most is not None and (number is None or number > matcher.at_most):
        return f"at most {matcher.at_most:g}"
    return ""


def same(one: Any, other: Any) -> bool:
    """Tell whether two JSON values are equal; unlike in Python, true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(*pair) for pair in zip(one, other, strict=True))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return bool(one == other)


@lru_cache(256)
def _compiled(expression: str) -> Any:
    import jmespath

    return jmespath.compile(expression)
