"""What a JSON Schema of a suite may be: valid, on its own, and small enough to be read and judged soon."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from slipway.models import Json

LARGEST = 1000  # keywords and values of all schemas together: jsonschema needs up to 0.5 ms to check one
# What the library raises on what nobody thought of.
_FAILURES = (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError)
_REFERENCES = ("$ref", "$dynamicRef")
_UNFIT = ("$id", "$schema", "patternProperties")


def problem(schema: Json) -> str:
    """Return why a JSON Schema cannot be used; empty if it can."""
    from jsonschema import Draft202012Validator, SchemaError
    from jsonschema.validators import validator_for

    if not isinstance(schema.get("$schema", ""), str):
        return "has a `$schema` that is no text: name a draft, or leave it out"
    try:
        validator_for(schema, default=Draft202012Validator).check_schema(schema)
        return next(_dangers({name: part for name, part in schema.items() if name != "$schema"}), "")
    except _FAILURES:
        return "is no JSON Schema: mend it"
    except SchemaError as error:
        place = ".".join(map(str, error.absolute_path)) or "its top"
        return f"is no JSON Schema (at {place}: {error.message[:200]}): mend it"


def size(schema: Any) -> int:
    """Return how many keywords and values a schema has."""
    return sum(1 for _ in _parts(schema))


def _parts(schema: Any) -> Iterator[Any]:
    """Yield a schema and all that is in it."""
    yield schema
    for part in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from _parts(part)


def _dangers(schema: Any) -> Iterator[str]:
    """Yield what a schema must not have: keywords that may take endless time, and references to other documents."""
    for part in _parts(schema):
        if isinstance(part, dict):
            yield from (f"has `{name}` inside: write it without" for name in _UNFIT if name in part)
            if any(not str(part.get(name, "#")).startswith("#") for name in _REFERENCES):
                yield 'refers to another document: let every `$ref` begin with "#"'
