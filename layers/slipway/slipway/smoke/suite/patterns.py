"""Regular expressions that strangers write: only those that end soon, on texts that are not too long for them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

LONGEST = 500  # characters of a pattern
_STEPS = 10**8  # a second or two
_TEXT = 1024**2  # characters
_FEW = 10
_REFERENCES = ("GROUPREF", "GROUPREF_EXISTS")
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT")
_POSSESSIVE = "POSSESSIVE_REPEAT"


class _Endless(Exception):
    """A pattern whose ways through a text grow beyond all bounds."""


def problem(pattern: str) -> str:
    """Say why a pattern cannot be used; empty if it can."""
    if len(pattern) > LONGEST:
        return f"is longer than {LONGEST} characters: shorten it"
    try:
        re.compile(pattern)
        reach(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        return f"is no regular expression ({error})"
    except _Endless as error:
        return str(error)
    return ""


@lru_cache(256)
def reach(pattern: str) -> int:
    """Give how many characters a text may have so that looking for the pattern in it ends soon."""
    # Every choice that can be taken back multiplies the ways through a text, and so does the place where one starts.
    choices = max(_choices(parser.parse(pattern)), "+" in pattern or "*" in pattern or "}" in pattern)
    return min(int(_STEPS ** (1 / (1 + choices))), _TEXT)


def found(pattern: str, text: str) -> bool:
    """Tell whether a pattern is found in a text, which it never is in one that is beyond its reach."""
    return len(text) <= reach(pattern) and re.search(pattern, text) is not None


def _choices(parsed: Iterable[Any], *, endless: bool = False) -> int:
    """Count the choices that can be taken back; raises _Endless for one within an endless repetition."""
    return sum(_choice(str(operation), argument, endless=endless) for operation, argument in parsed)


def _choice(name: str, argument: Any, *, endless: bool) -> int:
    if name in _REFERENCES:
        raise _Endless("refers back to a group, which can take forever: write it without")
    own = name == "BRANCH" or (name in _REPEATS and argument[0] != argument[1])
    if own and endless:
        raise _Endless("repeats a repetition or a choice, which can take forever: write the inner one as `(?>…)`")
    times = int(argument[1]) if name in _REPEATS else 1
    kept = name == "ATOMIC_GROUP"  # what is inside is never taken back
    inner = sum(_choices(part, endless=(endless and not kept) or times > _FEW) for part in _parts(argument))
    again = name == _POSSESSIVE and inner > 0
    if name in (*_REPEATS, _POSSESSIVE) and argument[1] > 1 and not argument[2].getwidth()[0]:
        raise _Endless("repeats what may be empty, which the text does not end: have it match a character at least")
    return own + again + inner * (times if times <= _FEW else 1)


def _parts(argument: Any) -> list[Any]:
    """Give the patterns that an operation is made of."""
    if isinstance(argument, parser.SubPattern):
        return [argument]
    return [part for each in argument for part in _parts(each)] if isinstance(argument, list | tuple) else []
