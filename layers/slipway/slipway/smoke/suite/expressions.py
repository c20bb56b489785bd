"""JMESPath that strangers write: it may find what is there, and build nothing."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.models import Json
from slipway.models.text import reason, shown

LONGEST = 200  # characters


def problem(expression: str) -> str:
    """Say why an expression cannot be used; empty if it can."""
    import jmespath
    from jmespath.exceptions import JMESPathError

    if len(expression) > LONGEST:
        return f"`{shown(expression)}` has more than {LONGEST} characters: shorten it."
    try:
        parsed = jmespath.compile(expression).parsed
    except (JMESPathError, ValueError, RecursionError) as error:
        said = str(error).split(": Parse error", 1)[0].split("\n", 1)[0]
        return f"`{shown(expression)}` is no JMESPath expression ({reason(ValueError(said))}): mend it."
    wrong = next(_unfit(parsed), "") or _constant(expression)
    return wrong and f"`{shown(expression)}` {wrong}."


def _constant(expression: str) -> str:
    """An expression that finds something where there is no answer asks nothing of the service, and proves nothing."""
    import jmespath
    from jmespath.exceptions import JMESPathError

    compiled = jmespath.compile(expression)
    try:
        found = compiled.search(None)
    except JMESPathError:  # a function that wants another type of value asks for one
        return ""
    constant = compiled.parsed["type"] == "literal" or not isinstance(found, bool | None)
    return "finds the same whatever the service answers: name a member of the answer" if constant else ""


def _unfit(node: Json) -> Iterator[str]:
    from jmespath.functions import Functions

    function = node["value"] if node["type"] == "function_expression" else ""
    if function == "join" or node["type"].startswith("multi_select"):
        yield "makes lists, objects or texts, which may become endless: look at one value each"
    if function and function not in Functions.FUNCTION_TABLE:
        yield f"calls {function}, which is no function of JMESPath: mend it"
    for child in node["children"]:
        if isinstance(child, dict):  # those of a slice are numbers
            yield from _unfit(child)
