"""The single values of a suite, each read from where it stands; Wrong says what it must be."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from slipway.models import Json
from slipway.models.paths import escapes
from slipway.models.text import reason
from slipway.smoke.suite import expressions, patterns, schema_rules
from slipway.smoke.suite.blocks import Reader, pairs, wrong
from slipway.smoke.suite.yaml_nodes import Item, Wrong

METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# They are the client's own, or would lead a request to somebody else.
_FORBIDDEN = ("connection", "content-length", "expect", "host", "te", "trailer", "transfer-encoding", "upgrade")


def plain(item: Item) -> str:
    """Read any single value as it was written."""
    if item.members is not None or item.elements is not None:
        raise wrong(item, "a text")
    return item.text


def text(item: Item) -> str:
    """Read a text that is not empty."""
    if not isinstance(item.value, str) or not item.value.strip() or not item.value.isprintable():
        raise wrong(item, "a text of one line")
    return item.value


def number(low: float, high: float, unit: str = "") -> Reader[float]:
    """Read a number between two others."""

    def read(item: Item) -> float:
        if not _is_number(item.value) or not low <= item.value <= high:
            raise wrong(item, f"a number{unit} from {low:g} to {high:g}")
        return float(item.value)

    return read


def whole(low: int, high: int) -> Reader[int]:
    """Read a whole number between two others."""

    def read(item: Item) -> int:
        if not isinstance(item.value, int) or isinstance(item.value, bool) or not low <= item.value <= high:
            raise wrong(item, f"a whole number from {low} to {high:,}")
        return item.value

    return read


def share(item: Item) -> float:
    """Read a share, 0 to 1."""
    if not _is_number(item.value) or not 0 <= item.value <= 1:
        raise wrong(item, "a share from 0 to 1 (0.9 is 90 %)")
    return float(item.value)


def any_number(item: Item) -> float:
    """Read a number of any size."""
    if not _is_number(item.value) or not math.isfinite(item.value):
        raise wrong(item, "a number")
    return float(item.value)


def choice(*words: str) -> Reader[str]:
    """Read one of some words."""

    def read(item: Item) -> str:
        if item.value not in words:
            raise wrong(item, f"one of {', '.join(words)}")
        return str(item.value)

    return read


def path(item: Item) -> str:
    """Read the path of a URL, with its query if it has one: it stays on the service's own host."""
    value = item.value
    if not isinstance(value, str) or not value.startswith("/") or not value.isprintable() or set(value) & set(" \\#"):
        raise wrong(item, "a path that begins with '/', without spaces")
    return value


def file(item: Item) -> str:
    """Read the path of a file beside the suite."""
    if not isinstance(item.value, str) or not item.value.strip("/."):
        raise wrong(item, "the path of a file beside the suite, like golden/7.png")
    if escapes(item.value) or not item.value.isprintable():
        raise wrong(item, "a path that stays beside the suite, like golden/7.png")
    return item.value.removeprefix("./").rstrip("/")


def expression(item: Item) -> str:
    """Read a JMESPath expression."""
    value = text(item)
    if problem := expressions.problem(value):
        raise Wrong(problem)
    return value


def pattern(item: Item) -> str:
    """Read a regular expression that ends soon."""
    value = text(item)
    if problem := patterns.problem(value):
        raise Wrong(f"`{item.name}` {reason(ValueError(problem))}.")
    return value


def schema(item: Item) -> Json:
    """Read a JSON Schema."""
    if item.members is None:
        raise wrong(item, "a JSON Schema, like `{required: [prediction]}`")
    if problem := schema_rules.problem(json_value(item)):
        raise Wrong(f"`{item.name}` {reason(ValueError(problem))}.")
    return dict(item.value)


def json_value(item: Item) -> Any:
    """Read a value of JSON."""
    try:
        json.dumps(item.value, allow_nan=False)
    except ValueError as error:
        raise Wrong(f"`{item.name}` has a number that JSON does not know: put quotes around it.") from error
    return item.value


def header_name(name: str) -> str:
    """Give a header's name in lower case, or raise Wrong."""
    if not _TOKEN.fullmatch(name):
        raise Wrong(f"{name!r} is no name of a header: write one like `accept`.")
    return name.lower()


def headers(item: Item) -> dict[str, str]:
    """Read headers to send."""
    read = {header_name(name): value for name, value in pairs(plain)(item).items()}
    for name, value in read.items():
        if name in _FORBIDDEN:
            raise Wrong(f"The header {name} is set by the client: leave it out.")
        if not value.isprintable():
            raise Wrong(f"The header {name} must be a text of one line.")
    return read


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
