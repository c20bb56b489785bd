"""Suites as their authors write them: read, with every mistake explained."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from slipway.errors import SuiteInvalid
from slipway.models.text import shown
from slipway.smoke.suite import conversion, document, formats, validation
from slipway.smoke.suite.definition import Suite
from slipway.smoke.suite.document import Document, Path, Problem

NAME = "suite.yaml"
_TOLD = 5
# What is sent or expected may have any members; those of the rest that are called so name files.
_CONTENTS = ("json", "query", "headers", "expect", "schema")


def read(content: bytes) -> Suite:
    """Read a suite, or raise SuiteInvalid with its mistakes."""
    return conversion.suite(valid(content, NAME).value)


def valid(content: bytes, name: str) -> Document:
    """Return a suite's document if it is valid, or raise SuiteInvalid with its mistakes."""
    found = _validated(content)
    if mistakes := _sorted(found.problems):
        told = [f"{name}, line {mistake.line}: {mistake.sentence}" for mistake in mistakes[:_TOLD]]
        raise SuiteInvalid(" ".join(told + [f"And {len(mistakes) - _TOLD} more."] * (len(mistakes) > _TOLD)))
    return found


def problems(content: bytes, names: Collection[str] | None = None) -> list[Problem]:
    """Return all mistakes of a suite by line; with the names of the files beside it, those that it lacks, too."""
    found = _validated(content)
    for path, file in _files(found.value) if names is not None else ():
        sound = isinstance(file, str) and not formats.file(file)
        if sound and (plain := conversion.file(file)) not in (names or ()):
            found.add(path, f"{shown(plain)} is not there: put it beside the suite.")
    return _sorted(found.problems)


def _validated(content: bytes) -> Document:
    found = document.load(content)
    validation.validate(found)
    _check_names(found)
    return found


def _sorted(problems: list[Problem]) -> list[Problem]:
    return sorted(set(problems), key=lambda problem: (problem.line, problem.sentence))


def _check_names(found: Document) -> None:
    """Each request has a name of its own."""
    requests = found.value.get("requests") if isinstance(found.value, dict) else None
    seen = set[str]()
    for index, request in enumerate(requests if isinstance(requests, list) else ()):
        name = request.get("name") if isinstance(request, dict) else None
        if isinstance(name, str) and name in seen:
            found.add(("requests", index), f"Another request has the name {shown(name)}, too: give each its own.")
        elif isinstance(name, str):
            seen.add(name)


def _files(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Find what names files beside the suite, with its place."""
    if isinstance(value, dict):
        for name, member in value.items():
            if name in ("image", "file"):
                yield (*path, name), member
            elif name not in _CONTENTS:
                yield from _files(member, (*path, name))
    for index, element in enumerate(value if isinstance(value, list) else ()):
        yield from _files(element, (*path, index))
