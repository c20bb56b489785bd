"""Suites against their JSON Schema: what is wrong, where, and what is allowed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Any

from slipway.models import Json
from slipway.models.text import shown
from slipway.smoke.suite import schema_rules
from slipway.smoke.suite.formats import FORMATS, GENERAL
from slipway.smoke.suite.yaml_document import Document, Problem

_MOST = 100  # problems: finding more of them would take its time


@cache
def schema() -> Json:
    """Return the JSON Schema of suites (suite.schema.json), which editors read, too."""
    content: Json = json.loads(files(__package__).joinpath("suite.schema.json").read_text(encoding="utf-8"))
    return content


def resolved(rule: Json) -> Json:
    """Return a rule of the schema with the one that it refers to, if any, merged in."""
    found: Json = schema()["$defs"][rule["$ref"].rpartition("/")[2]] if "$ref" in rule else {}
    return {**found, **rule}


def validate(document: Document) -> None:
    """Add a problem to a document for each thing that breaks the schema of suites."""
    value = document.value
    if isinstance(value, dict):
        value = {name: member for name, member in value.items() if member is not None}
    if sum(map(schema_rules.size, _schemas(value))) > schema_rules.LARGEST:
        most = f"more than {schema_rules.LARGEST:,} keywords and values"
        document.add((), f"The suite's JSON Schemas have {most} together: write them plainer.")
        return
    found = (problem for error in _validator().iter_errors(value) for problem in _problems(document, error))
    document.problems.extend(islice(found, _MOST))


def _schemas(value: Any) -> Iterator[Any]:
    """Yield the JSON Schemas within a suite."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from (member,) if name == "schema" else () if name == "json" else _schemas(member)
    for element in value if isinstance(value, list) else ():
        yield from _schemas(element)


@cache
def _validator() -> Any:
    """Return the validator of suites, with the formats that are checked by code."""
    # Imported late: it takes 0.4 s, and most uploads have no suite.
    from jsonschema import Draft202012Validator, FormatChecker
    from jsonschema.validators import extend

    checker = FormatChecker(formats=())
    for name in FORMATS:
        checker.checks(name, raises=ValueError)(lambda value, name=name: _conforms(name, value))
    return extend(Draft202012Validator, {"items": _items})(schema(), format_checker=checker)


def _items(validator: Any, items: Json, instance: Any, rule: Json) -> Iterator[Any]:
    """Yield the errors of a list's elements; none for one that is too long, which is an error by itself."""
    from jsonschema import Draft202012Validator

    if isinstance(instance, list) and len(instance) <= rule.get("maxItems", len(instance)):
        yield from Draft202012Validator.VALIDATORS["items"](validator, items, instance, rule)


def _conforms(name: str, value: object) -> bool:
    """Return True, or raise ValueError with the sentence that a value is not of a format."""
    kind, problem = FORMATS[name]
    if isinstance(value, kind) and (sentence := problem(value)):
        raise ValueError(sentence)
    return True


def _problems(document: Document, error: Any) -> Iterator[Problem]:
    """Yield the problems, with their lines, that an error of the library's stands for."""
    path, name = tuple(error.absolute_path), _field_name(error.absolute_path)
    if error.validator == "additionalProperties":
        known = error.schema["properties"]
        for extra in error.instance:
            if extra not in known:
                line = document.lines.get((*path, extra), 1)
                yield Problem(line, f"`{shown(extra)}` is not known here: {_suggestion(extra, known)}.")
        return
    if "propertyNames" in error.absolute_schema_path:
        path = (*path, error.instance)
    yield Problem(document.lines.get(path, 1), _sentence(error, name))


def _sentence(error: Any, name: str) -> str:
    """Return the sentence for an error of the library's."""
    rule = error.schema
    said = str(error.cause or "").rstrip() if error.validator == "format" else ""
    if error.validator == "maxItems":
        return f"`{name}` has {len(error.instance):,} entries and may have {error.validator_value:,}: take fewer."
    if error.validator == "required":
        return str(rule["errorMessage"])
    if said not in ("", GENERAL):
        if said[0].isupper() or said.endswith("."):
            return said
        return f"`{name}` {said}{_not_this(error.instance) if said.startswith('must') else '.'}"
    must = rule.get("errorMessage") or f"must be {_expected_text(rule)}"
    return must if must.endswith(".") else f"`{name}` {must}{_not_this(error.instance)}"


def _not_this(value: object) -> str:
    """Return the end of a sentence: what a value is and must not be."""
    return f", not {shown(json.dumps(value, ensure_ascii=False))}."


def _expected_text(rule: Json) -> str:
    """Return, in words, what a rule of the schema says that a value must be."""
    if "enum" in rule:
        return f"one of {', '.join(rule['enum'])}"
    if rule.get("type") == "object":
        return f"a block, like `{{{next(iter(rule['properties']))}: …}}`"
    if rule.get("type") == "array":
        return "a list"
    if rule.get("type") == "integer":
        return f"a whole number from {rule['minimum']} to {rule['maximum']:,}"
    unit = f" of {rule['x-unit']}" if "x-unit" in rule else ""
    return f"a number{unit}" + (f" from {rule['minimum']:g} to {rule['maximum']:g}" if "maximum" in rule else "")


def _field_name(path: Iterable[str | int]) -> str:
    """Return the name of the field that a path leads to."""
    return shown(next((part for part in reversed(list(path)) if isinstance(part, str)), "suite"))


def _suggestion(name: str, known: Iterable[str]) -> str:
    """Return which known name may be meant by an unknown one, or all of them."""
    close = get_close_matches(name, known, 1)
    return f"perhaps `{close[0]}` is meant" if close else f"write one of {', '.join(known)}"
