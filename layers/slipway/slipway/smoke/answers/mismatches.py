"""Comparing an answer with what a suite expects of it; every mismatch is a sentence."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from slipway.models import HttpAnswer
from slipway.smoke.answers.body import TOO_LONG, NoJson, json_body, json_text, number, search
from slipway.smoke.suite import schemas
from slipway.smoke.suite.requests import Expectation, Matcher


def mismatches(expected: Expectation, answer: HttpAnswer) -> list[str]:
    """Return a sentence for each thing in an answer that is not as expected; for a wrong status only that one."""
    if wrong := _status_mismatch(expected.statuses, answer):
        return [wrong]
    if answer.truncated:
        return [TOO_LONG]
    text = answer.body.decode(errors="replace") if expected.text else ""
    sentences = [
        *(
            mismatch(f"The header {name}", wanted, answer.headers.get(name))
            for name, wanted in expected.headers.items()
        ),
        *([mismatch("The body", expected.text, text)] if expected.text else []),
        *_body_mismatches(expected, answer),
    ]
    return [sentence for sentence in sentences if sentence]


def mismatch(name: str, matcher: Matcher, value: Any) -> str:
    """Return the sentence that a value is not what it must be; empty if it is."""
    wanted = _wanted(matcher, value)
    return f"{name} is {json_text(value)}, not {wanted}." if wanted else ""


def same_json(one: Any, other: Any) -> bool:
    """Return whether two JSON values are equal; unlike in Python, true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same_json(*pair) for pair in zip(one, other, strict=True))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same_json(one[key], other[key]) for key in one)
    return bool(one == other)


def _status_mismatch(statuses: tuple[int, ...], answer: HttpAnswer) -> str:
    """Return the sentence that a status is not among the expected ones; empty if it is."""
    if answer.status in statuses:
        return ""
    whole_class = statuses == tuple(range(statuses[0], statuses[0] + 100))
    wanted = f"{statuses[0] // 100}xx" if whole_class else " or ".join(str(status) for status in statuses)
    if 300 <= answer.status < 400 and "location" in answer.headers:
        place = json_text(answer.headers["location"])
        return f"Answered {answer.status}, not {wanted}: a redirect to {place}, which is not followed."
    return f"Answered {answer.status}, not {wanted}."


def _body_mismatches(expected: Expectation, answer: HttpAnswer) -> Iterator[str]:
    """Yield a sentence (empty where all is well) for each thing that is expected of the JSON body."""
    if not expected.json and expected.schema is None:
        return
    try:
        body = json_body(answer)
    except NoJson as error:
        yield str(error)
        return
    for expression, matcher in expected.json.items():
        yield mismatch(expression, matcher, search(expression, body))
    if expected.schema is not None:
        yield schemas.miss(expected.schema, body)


def _wanted(matcher: Matcher, value: Any) -> str:
    """Return, in words, what a value should have been; empty if it is that."""
    if matcher.equals:
        return "" if same_json(matcher.equals[0], value) else json_text(matcher.equals[0])
    if matcher.one_of is not None:
        choices = f"one of {', '.join(json_text(each) for each in matcher.one_of)}"
        return "" if any(same_json(value, each) for each in matcher.one_of) else choices
    if matcher.matches is not None:
        return "" if isinstance(value, str) and schemas.found(matcher.matches, value) else f"like {matcher.matches}"
    return _wanted_number(matcher, number(value))


def _wanted_number(matcher: Matcher, value: float | None) -> str:
    """Return, in words, what a number should have been; empty if it is that."""
    if matcher.about and (value is None or not math.isclose(value, matcher.about[0], abs_tol=matcher.about[1])):
        return f"within {matcher.about[1]:g} of {matcher.about[0]:g}"
    if matcher.at_least is not None and (value is None or value < matcher.at_least):
        return f"at least {matcher.at_least:g}"
    if matcher.at_most is not None and (value is None or value > matcher.at_most):
        return f"at most {matcher.at_most:g}"
    return ""
