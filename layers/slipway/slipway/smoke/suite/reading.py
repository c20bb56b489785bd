"""Suites as their authors write them: read, with every mistake explained."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from slipway.errors import SuiteInvalid
from slipway.models.paths import composed
from slipway.models.text import shown
from slipway.smoke.suite import conversion, formats, validation, yaml_document
from slipway.smoke.suite.definition import Suite
from slipway.smoke.suite.yaml_document import Document, Path, Problem

NAME = "suite.yaml"
_TOLD = 5
_FILES = ("image", "file")  # what names a file beside the suite


def read(content: bytes) -> Suite:
    """Return the suite in a suite.yaml; raises SuiteInvalid with its mistakes."""
    found = _validated(content)
    if mistakes := _sorted(found.problems):
        told = [f"{NAME}, line {mistake.line}: {mistake.sentence}" for mistake in mistakes[:_TOLD]]
        raise SuiteInvalid(" ".join(told + [f"And {len(mistakes) - _TOLD} more."] * (len(mistakes) > _TOLD)))
    return conversion.suite(found.value)


def problems(content: bytes, names: Collection[str] | None = None) -> list[Problem]:
    """Return all mistakes of a suite by line; with `names`, of the files beside it, also the files that are missing."""
    found = _validated(content)
    there = set(map(composed, names or ()))
    for path, file in named_files(found.value) if names is not None else ():
        if not formats.file(file) and composed(plain := conversion.file(file)) not in there:
            found.add(path, f"{shown(plain)} is not there: put it beside the suite.")
    return _sorted(found.problems)


def named_files(value: Any) -> Iterator[tuple[Path, str]]:
    """Yield the files that the requests of a suite name, each after the place where it is named."""
    suite = value if isinstance(value, dict) else {}
    contract = suite.get("contract")
    malformed = contract.get("malformed") if isinstance(contract, dict) else None
    for place, requests in ((("requests",), suite.get("requests")), (("contract", "malformed"), malformed)):
        for index, request in enumerate(requests if isinstance(requests, list) else ()):
            yield from _files_of_request(request, (*place, index))


def _files_of_request(request: Any, place: Path) -> Iterator[tuple[Path, str]]:
    """Yield the files that a request names, each after the place where it is named."""
    if not isinstance(request, dict):
        return
    yield from (((*place, name), file) for name in _FILES if isinstance(file := request.get(name), str))
    if isinstance(form := request.get("form"), dict):
        for name, part in form.items():
            yield from _files_of_request(part, (*place, "form", name))


def _validated(content: bytes) -> Document:
    """Return a suite's document with all of its problems noted."""
    found = yaml_document.load(content)
    validation.validate(found)
    _check_quotes(found)
    _note_duplicate_names(found)
    return found


def _check_quotes(found: Document) -> None:
    """Note what is expected and read otherwise than it is written: `no` is false, and 010 is 8."""
    for path, written in found.unquoted.items():
        if "expect" in path:
            found.add(
                path, f"`{shown(written)}` is not read as it is written: put quotes around it, '{shown(written)}'."
            )


def _sorted(problems: list[Problem]) -> list[Problem]:
    """Return problems by line, each once."""
    return sorted(set(problems), key=lambda problem: (problem.line, problem.sentence))


def _note_duplicate_names(found: Document) -> None:
    """Note a problem for each name that two requests have."""
    requests = found.value.get("requests") if isinstance(found.value, dict) else None
    seen = set[str]()
    for index, request in enumerate(requests if isinstance(requests, list) else ()):
        name = request.get("name") if isinstance(request, dict) else None
        if isinstance(name, str) and name in seen:
            found.add(("requests", index), f"Another request has the name {shown(name)}, too: give each its own.")
        elif isinstance(name, str):
            seen.add(name)
