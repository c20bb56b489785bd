"""Suites as their authors write them: read, with every mistake explained."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial
from typing import Any

from slipway.errors import SuiteInvalid
from slipway.models.text import shown
from slipway.smoke.suite import sections, yaml_nodes
from slipway.smoke.suite.blocks import Reader, attempt, fields, listed
from slipway.smoke.suite.definition import Contract, Predict, Request, Suite
from slipway.smoke.suite.requests import MOST, request, usual
from slipway.smoke.suite.values import file, whole
from slipway.smoke.suite.yaml_nodes import Item, Problem

NAME = "suite.yaml"
_TOLD = 5
# What is sent or expected may have any members; those of the rest that are called so name files.
_CONTENTS = ("json", "query", "headers", "expect", "schema")


def read(content: bytes) -> Suite:
    """Read a suite, or raise SuiteInvalid with its mistakes."""
    suite, document = _read(content)
    if mistakes := _sorted(document.notes):
        told = [f"{NAME}, line {mistake.line}: {mistake.sentence}" for mistake in mistakes[:_TOLD]]
        raise SuiteInvalid(" ".join(told + [f"And {len(mistakes) - _TOLD} more."] * (len(mistakes) > _TOLD)))
    return suite


def problems(content: bytes, names: Collection[str] | None = None) -> list[Problem]:
    """Give all mistakes of a suite by line; with the names of the files beside it, those that it lacks, too."""
    _, document = _read(content)
    for item in _files(document) if names is not None else ():
        for path in attempt(file, item):  # a mistake that was noted before, and is one note in the end
            if names is not None and path not in names:
                item.note(f"{shown(path)} is not there: put it beside the suite.")
    return _sorted(document.notes)


def _read(content: bytes) -> tuple[Suite, Item]:
    document = yaml_nodes.load(content)
    return next(attempt(_suite, document), Suite()), document


def _sorted(notes: list[Problem]) -> list[Problem]:
    return sorted(set(notes), key=lambda problem: (problem.line, problem.sentence))


def _suite(item: Item) -> Suite:
    predict = _predict(item)
    readers: dict[str, Reader[Any]] = {
        "ready": sections.ready,
        "identity": sections.identity,
        "predict": lambda _: predict,
        "requests": partial(_requests, predict=predict),
        "contract": partial(sections.contract, predict=predict),
        "accuracy": sections.accuracy,
        "latency": sections.latency,
        "compare": sections.compare,
        "golden": file,
        "concurrency": whole(1, 64),
    }
    found = fields(item, readers)
    if "contract" not in (item.members or {}) and (refused := usual(predict)):
        found["contract"] = Contract(malformed=refused)
    return Suite(**found)


def _predict(item: Item) -> Predict:
    """Read how the service is asked, because much else is said in its terms."""
    told = (item.members or {}).get("predict")
    return Predict() if told is None or told.value is None else next(attempt(sections.predict, told), Predict())


def _requests(item: Item, predict: Predict) -> tuple[Request, ...]:
    seen = set[str]()
    for element in item.elements or ():
        name = (element.members or {}).get("name", element).text
        if name and name in seen:
            element.note(f"Another request has the name {shown(name)}, too: give each its own.")
        seen.add(name)
    return listed(partial(request, predict=predict), MOST)(item)


def _files(item: Item) -> Iterator[Item]:
    """Find what names files beside the suite."""
    for name, member in (item.members or {}).items():
        if name in ("image", "file"):
            yield member
        elif name not in _CONTENTS:
            yield from _files(member)
    for element in item.elements or ():
        yield from _files(element)
