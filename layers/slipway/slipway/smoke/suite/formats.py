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
    """Return GENERAL for a text with line breaks or hidden characters; empty for any other."""
    return "" if text.isprintable() else GENERAL


def file(path: str) -> str:
    """Return why a path may lead out of the suite's folder; empty if it does not."""
    return "must be a path that stays beside the suite, like golden/7.png" if escapes(path) or printable(path) else ""


def regular_expression(pattern: str) -> str:
    """Return why a pattern is no regular expression, or too long; empty if it can be used."""
    if len(pattern) > _LONGEST_PATTERN:
        return f"must not be longer than {_LONGEST_PATTERN} characters"
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        return f"is no regular expression ({reason(error)})"
    return ""


def json_schema(schema: dict[str, Any]) -> str:
    """Return why a JSON Schema cannot be used; empty if it can."""
    return schema_rules.problem(schema)


def header(name: str) -> str:
    """Return why a text is no name of a header; empty if it is one."""
    return "" if _TOKEN.fullmatch(name) else f"{shown(name)} is no name of a header: write one like `accept`."


def sent_header(name: str) -> str:
    """Return why a header cannot be sent: it is none, or the client sets it; empty if it can."""
    if name.lower() in _FORBIDDEN:
        return f"The header {name.lower()} is set by the client: leave it out."
    return header(name)


def matcher(value: dict[str, Any]) -> str:
    """Return the sentence that a block has a misspelt word for matching; empty if it has none."""
    for name in value:
        if name not in WORDS and (close := get_close_matches(name, WORDS, 1, 0.8)):
            return f"`{shown(name)}` is not known here: perhaps `{close[0]}` is meant."
    return ""


def rising_budgets(latency: dict[str, Any]) -> str:
    """Return the sentence that the budgets do not rise from p50 to p99; empty if they do."""
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
