"""JSON Schemas and regular expressions of strangers: no reference leaves a schema, and a limit on time stops both."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from slipway.models import Json
from slipway.models.text import shown

# What the library raises where it was sent to something else than a schema.
_FAILURES = (TypeError, AttributeError, LookupError, ValueError, re.error)
_SHOWN = 200  # characters of a text
# `re` looks for signals after some thousand steps, each of which may read the whole text: with more, the limit on the
# time for judging (answers/time_limit.py) would come seconds late.
_LONGEST = 128 * 1024  # characters


def found(pattern: str, text: str) -> bool:
    """Return whether a pattern is found in a text, which it never is in one of more than 128 Ki characters.

    Raises re.error for a pattern that is none.
    """
    return len(text) <= _LONGEST and re.search(pattern, text) is not None


def miss(schema: Json, value: Any) -> str:
    """Return the sentence that a value breaks a JSON Schema, and where; empty if it does not."""
    from jsonschema.exceptions import best_match
    from referencing.exceptions import Unresolvable

    try:
        error = best_match(_validator(json.dumps(schema, sort_keys=True)).iter_errors(value))
    except Unresolvable as unresolvable:
        return f"The schema refers to {unresolvable.ref!r}, which is not in it."
    except RecursionError:
        return "The schema refers to itself without an end."
    except _FAILURES:
        return "The schema refers to a part of itself that is no schema."
    if error is None:
        return ""
    return f"{shown(error.json_path)}: {shown(error.message)}."


@lru_cache(16)
def _validator(schema: str) -> Any:
    """Return a validator for a schema, given as JSON text; it fetches nothing and uses our patterns."""
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend, validator_for
    from referencing import Registry

    content = json.loads(schema)
    kind = extend(validator_for(content, default=Draft202012Validator), {"pattern": _pattern})
    # An empty registry: the default one would fetch what a schema refers to.
    return kind(content, registry=Registry())


def _pattern(_validator: Any, pattern: str, value: Any, _schema: Any) -> Iterator[Exception]:
    """Yield the error that a text does not match a pattern, in the place of the library's own keyword."""
    from jsonschema import ValidationError

    if isinstance(value, str) and not found(pattern, value):
        yield ValidationError(f"{value[:_SHOWN]!r} does not match {pattern!r}")
