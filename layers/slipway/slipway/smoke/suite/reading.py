"""Suites as their authors write them: read, with every mistake explained."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from slipway.errors import SuiteInvalid
from slipway.models.text import shown
from slipway.smoke.suite import conversion, formats, validation, yaml_document
from slipway.smoke.suite.definition import Suite
from slipway.smoke.suite.yaml_document import Document, Path, Problem

NAME = "suite.yaml"
_TOLD = 5
_FILES = ("image", "file")  # what names a file beside the suite


def read(content: bytes) -> Suite:
    """Read a suite, or raise SuiteInvalid with its mistakes."""
    found = _validated(content)
    if mistakes := _sorted(found.problems):
        told = [f"{NAME}, line {mistake.line}: {mistake.sentence}" for mistake in mistakes[:_TOLD]]
        raise SuiteInvalid(" ".join(told + [f"And {len(mistakes) - _TOLD} more."] * (len(mistakes) > _TOLD)))
    return conversion.suite(found.value)


def problems(content: bytes, names: Collection[str] | None = None) -> list[Problem]:
    """Return all mistakes of a suite by line; with the names of the files beside it, those that it lacks, too."""
    found = _validated(content)
    for path, file in named_files(found.value) if names is not None else ():
        if not formats.file(file) and (plain := conversion.file(file)) not in (names or ()):
            found.add(path, f"{shown(plain)} is not there: put it beside the suite.")
    return _sorted(found.problems)


def named_files(value: Any) -> Iterator[tuple[Path, str]]:
    """Find the files that the requests of a suite name, each with the place where it is named."""
    suite = value if isinstance(value, dict) else {}
    contract = suite.get("contract")
    malformed = contract.get("malformed") if isinstance(contract, dict) else None
    for place, requests in ((("requests",), suite.get("requests")), (("contract", "malformed"), malformed)):
        for index, request in enumerate(requests if isinstance(requests, list) else ()):
            yield from _files(request, (*place, index))


def _files(request: Any, place: Path) -> Iterator[tuple[Path, str]]:
    if not isinstance(request, dict):
        return
    yield from (((*place, name), file) for name in _FILES if isinstance(file := request.get(name), str))
    if isinstance(form := request.get("form"), dict):
        for name, part in form.items():
            yield from _files(part, (*place, "form", name))


def _validated(content: bytes) -> Document:
    found = yaml_document.load(content)
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
