"""JMESPath that strangers write: it may find what is there, and build nothing."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.models import Json
from slipway.models.text import reason, shown

LONGEST = 200  # characters
_ACCESS = ("field", "index", "slice", "flatten", "projection", "value_projection", "filter_projection")
# What they find is one of their parts, or lies in it.
_PASSING = ("or_expression", "and_expression", "pipe", "subexpression", "index_expression", "expref", *_ACCESS[3:])
_CHOOSING = ("not_null", "map", "merge", "to_array", "max_by", "min_by", "sort_by")


def problem(expression: str) -> str:
    """Return why a JMESPath expression cannot be used; empty if it can."""
    import jmespath
    from jmespath.exceptions import JMESPathError

    if len(expression) > LONGEST:
        return f"`{shown(expression)}` has more than {LONGEST} characters: shorten it."
    try:
        parsed = jmespath.compile(expression).parsed
    except (JMESPathError, ValueError, RecursionError) as error:
        said = str(error).split(": Parse error", 1)[0].split("\n", 1)[0]
        return f"`{shown(expression)}` is no JMESPath expression ({reason(ValueError(said))}): mend it."
    wrong = next(_unfit_parts(parsed), "") or _constant_problem(parsed)
    return wrong and f"`{shown(expression)}` {wrong}."


def _constant_problem(parsed: Json) -> str:
    """Return what is wrong with an expression that finds the same whatever the answer is; empty if it depends on it."""
    asks = parsed["type"] == "current" or any(node["type"] in _ACCESS for node in _nodes(parsed))
    told = not asks or _is_told(parsed)
    return "finds the same whatever the service answers: name a member of the answer" if told else ""


def _is_told(node: Json) -> bool:
    """Return whether a literal of the expression may be what it finds, as in `a && 'b'`."""
    kind, children = node["type"], node["children"]
    if kind in ("literal", "raw_string"):
        return True
    if kind in _PASSING:
        return any(map(_is_told, children[:2]))  # the third one of a filter is its condition
    if kind == "function_expression":
        return (any if node["value"] in _CHOOSING else all)(map(_is_told, children))
    return False


def _nodes(node: Json) -> Iterator[Json]:
    """Yield a node of a parsed expression, and all below it."""
    yield node
    for child in node["children"]:
        if isinstance(child, dict):  # those of a slice are numbers
            yield from _nodes(child)


def _unfit_parts(parsed: Json) -> Iterator[str]:
    """Yield what is wrong with an expression: results that may grow endlessly, and unknown functions."""
    from jmespath.functions import Functions

    for node in _nodes(parsed):
        function = node["value"] if node["type"] == "function_expression" else ""
        if function == "join" or node["type"].startswith("multi_select"):
            yield "makes lists, objects or texts, which may become endless: look at one value each"
        if function and function not in Functions.FUNCTION_TABLE:
            yield f"calls {function}, which is no function of JMESPath: mend it"
