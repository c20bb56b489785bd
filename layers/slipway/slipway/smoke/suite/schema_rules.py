"""What a JSON Schema of a suite may be: valid, on its own, and soon judged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from slipway.models import Json
from slipway.smoke.suite import patterns

_REFERENCES = ("$ref", "$dynamicRef")
_UNFIT = ("$id", "$schema", "patternProperties")


def problem(schema: Json) -> str:
    """Say why a schema cannot be used; empty if it can."""
    from jsonschema import Draft202012Validator, SchemaError
    from jsonschema.validators import validator_for

    try:
        validator_for(schema, default=Draft202012Validator).check_schema(schema)
        return next(_dangers({name: part for name, part in schema.items() if name != "$schema"}), "")
    except SchemaError as error:
        place = ".".join(map(str, error.absolute_path)) or "its top"
        return f"is no JSON Schema (at {place}: {error.message[:200]}): mend it"
    except RecursionError:
        return "nests too deep: write it plainer"


def _dangers(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from (f"has `{name}` inside: write it without" for name in _UNFIT if name in schema)
        if any(not str(schema.get(name, "#")).startswith("#") for name in _REFERENCES):
            yield 'refers to another document: let every `$ref` begin with "#"'
        if isinstance(pattern := schema.get("pattern"), str) and (wrong := patterns.problem(pattern)):
            yield f"has a pattern that {wrong}"
    for part in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from _dangers(part)
