"""What an answer must be, as a suite says it."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from slipway.models.text import shown
from slipway.smoke.suite import expressions
from slipway.smoke.suite.blocks import attempt, fields, listed, pairs, wrong
from slipway.smoke.suite.definition import Expectation, Matcher
from slipway.smoke.suite.values import any_number, header_name, json_value, pattern, plain, schema
from slipway.smoke.suite.yaml_nodes import Item, Wrong

_WORDS = {
    "equals": lambda item: (json_value(item),),
    "one_of": listed(json_value, 1000),
    "about": any_number,
    "within": any_number,
    "matches": pattern,
    "at_least": any_number,
    "at_most": any_number,
}
_TOGETHER = ({"about", "within"}, {"at_least", "at_most"})
_CLASSES = {f"{digit}xx": tuple(range(digit * 100, digit * 100 + 100)) for digit in range(1, 6)}


def matcher(item: Item) -> Matcher:
    """Read what a value must be: the value itself, or a block such as `{at_least: 0.9}`."""
    if item.members is None or not any(get_close_matches(name, _WORDS, 1, 0.8) for name in item.members):
        return Matcher(equals=(json_value(item),))
    found = fields(item, _WORDS)
    if len(found) < len(item.members):  # what is missing is noted already
        return Matcher()
    if ("within" in found) != ("about" in found):
        raise Wrong(f"`{shown(item.name)}` needs both `about` and `within`: add the other one.")
    if len(found) != 1 and set(found) not in _TOGETHER:
        raise Wrong(f"`{shown(item.name)}` must be matched in one way, not by {' and '.join(found)}: take one.")
    if "within" in found:
        return Matcher(about=(found["about"], abs(found["within"])))
    return Matcher(**found)


def expectation(item: Item, statuses: tuple[int, ...] = (200,)) -> Expectation:
    """Read what an answer must be; a status alone will do."""
    readers = {"status": _statuses, "json": _json, "headers": _headers, "text": matcher, "schema": schema}
    found = fields(item, readers, "status")
    return Expectation(statuses=found.pop("status", statuses), **found)


def _statuses(item: Item) -> tuple[int, ...]:
    if item.elements is not None:
        return tuple(status for each in item.elements for one in attempt(_statuses, each) for status in one)
    if found := _CLASSES.get(item.text):
        return found
    if not isinstance(item.value, int) or not 100 <= item.value <= 599:
        raise wrong(item, "a status such as 200 or 4xx, or a list of them")
    return (item.value,)


def _json(item: Item) -> dict[str, Matcher]:
    for name, member in (item.members or {}).items():
        if problem := expressions.problem(name):
            member.note(problem)
    return pairs(matcher)(item)


def _headers(item: Item) -> dict[str, Any]:
    return {header_name(name): value for name, value in pairs(_header)(item).items()}


def _header(item: Item) -> Matcher:
    """A header's value is always a text: `equals: 1` means the text as it was written."""
    return matcher(item) if item.members is not None else Matcher(equals=(plain(item),))
