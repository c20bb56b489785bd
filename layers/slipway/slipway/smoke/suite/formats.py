"""What a value of a suite must be that its JSON Schema cannot say: each `format` is a function of this module."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

from slipway.models.paths import escapes
from slipway.models.text import reason, shown
from slipway.smoke.suite import expressions, schema_rules

WORDS = ("equals", "one_of", "about", "within", "matches", "at_least", "at_most")
GENERAL = "."  # the sentence of the schema says it
_LONGEST_PATTERN = 500  # characters
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# They are the client's own, or would lead a request to somebody else.
_FORBIDDEN = ("connection", "content-length", "expect", "host", "te", "trailer", "transfer-encoding", "upgrade")


def printable(text: str) -> str:
    """A text has neither line breaks nor hidden characters."""
    return "" if text.isprintable() else GENERAL


def file(path: str) -> str:
    """A path stays beside the suite."""
    return "must be a path that stays beside the suite, like golden/7.png" if escapes(path) or printable(path) else ""


def regular_expression(pattern: str) -> str:
    """A regular expression can be compiled; how long it takes is bounded when it is used."""
    if len(pattern) > _LONGEST_PATTERN:
        return f"must not be longer than {_LONGEST_PATTERN} characters"
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        return f"is no regular expression ({reason(error)})"
    return ""


def json_schema(schema: dict[str, Any]) -> str:
    """A JSON Schema is one, refers to nothing else, and is not too large."""
    return schema_rules.problem(schema)


def header(name: str) -> str:
    """A header's name has the letters of one."""
    return "" if _TOKEN.fullmatch(name) else f"{shown(name)} is no name of a header: write one like `accept`."


def sent_header(name: str) -> str:
    """A header to send is none that the client sets."""
    if name.lower() in _FORBIDDEN:
        return f"The header {name.lower()} is set by the client: leave it out."
    return header(name)


def matcher(value: dict[str, Any]) -> str:
    """A block with a misspelt word is no value that is expected as it is."""
    for name in value:
        if name not in WORDS and (close := get_close_matches(name, WORDS, 1, 0.8)):
            return f"`{shown(name)}` is not known here: perhaps `{close[0]}` is meant."
    return ""


def rising_budgets(latency: dict[str, Any]) -> str:
    """The budgets of percentiles rise."""
    budgets = [latency[name] for name in ("p50", "p95", "p99") if isinstance(latency.get(name), int | float)]
    return (
        "" if budgets == sorted(budgets) else "The budgets of `latency` must rise from p50 to p95 to p99: correct them."
    )


# By the name that the schema has for it, with the type that it is about.
FORMATS: dict[str, tuple[type, Callable[[Any], str]]] = {
    "printable": (str, printable),
    "file": (str, file),
    "jmespath": (str, expressions.problem),
    "regular-expression": (str, regular_expression),
    "json-schema": (dict, json_schema),
    "header": (str, header),
    "sent-header": (str, sent_header),
    "matcher": (dict, matcher),
    "rising-budgets": (dict, rising_budgets),
}
