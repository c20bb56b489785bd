"""JSON Schemas of strangers: no reference leaves the schema, and no pattern takes long."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from slipway.models import Json
from slipway.models.text import shown
from slipway.smoke.suite.patterns import found

_LONGEST = 200  # characters of a text


def miss(schema: Json, value: Any) -> str:
    """Say where a value breaks a schema; empty if it does not."""
    from jsonschema.exceptions import best_match
    from referencing.exceptions import Unresolvable

    try:
        error = best_match(_validator(json.dumps(schema, sort_keys=True)).iter_errors(value))
    except Unresolvable as unresolvable:
        return f"The schema refers to {unresolvable.ref!r}, which is not in it."
    except RecursionError:
        return "The schema refers to itself without an end."
    if error is None:
        return ""
    return f"{shown(error.json_path)}: {shown(error.message)}."


@lru_cache(16)
def _validator(schema: str) -> Any:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend, validator_for
    from referencing import Registry

    content = json.loads(schema)
    kind = extend(validator_for(content, default=Draft202012Validator), {"pattern": _pattern})
    # An empty registry: the default one would fetch what a schema refers to.
    return kind(content, registry=Registry())


def _pattern(_validator: Any, pattern: str, value: Any, _schema: Any) -> Iterator[Exception]:
    from jsonschema import ValidationError

    if isinstance(value, str) and not found(pattern, value):
        yield ValidationError(f"{value[:_LONGEST]!r} does not match {pattern!r}")
