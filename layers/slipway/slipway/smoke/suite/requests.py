"""The single requests of a suite: golden ones, and malformed ones."""

from __future__ import annotations

from functools import partial
from typing import Any

from slipway.smoke.suite.blocks import Reader, fields, pairs
from slipway.smoke.suite.definition import Expectation, Part, Predict, Request
from slipway.smoke.suite.expectations import expectation
from slipway.smoke.suite.values import METHODS, choice, file, headers, json_value, number, path, plain, text, whole
from slipway.smoke.suite.yaml_nodes import Item, Wrong

MOST = 1000
REFUSED = tuple(range(400, 500))
# By what a suite calls them, and what a request does.
_BODIES = {"image": "input", "file": "input", "json": "json_body", "raw": "raw", "form": "form"}


def request(item: Item, predict: Predict) -> Request:
    """Read a request and the answer that it must get."""
    found = _found(item, (200,))
    if "name" not in found and "name" not in (item.members or ()):
        raise Wrong("A request has no name: add one, like `name: reads a seven`.")
    return _request({"name": f"request in line {item.line}", **found}, predict)


def malformed(item: Item, predict: Predict) -> Request:
    """Read a request that must be refused; its name is optional."""
    if "severity" in (item.members or ()):
        raise Wrong("A malformed request is as severe as its `contract`: leave `severity` out.")
    usually = {"name": f"malformed request in line {item.line}", "expect": Expectation(statuses=REFUSED)}
    return _request({**usually, **_found(item, REFUSED)}, predict)


def usual(predict: Predict) -> tuple[Request, ...]:
    """Give the malformed requests for services that are sent files in JSON."""
    if predict.send != "json":
        return ()
    rubbish = {predict.field_name: "data:image/png;base64,AAAA"}
    bodies: dict[str, dict[str, str]] = {"an empty request": {}, "what is no picture": rubbish}
    expect = Expectation(statuses=REFUSED)
    return tuple(
        _request({"name": f"refuses {name}", "json": body, "expect": expect}, predict) for name, body in bodies.items()
    )


def _found(item: Item, statuses: tuple[int, ...]) -> dict[str, Any]:
    readers: dict[str, Reader[Any]] = {
        "name": text,
        "method": choice(*METHODS),
        "path": path,
        "query": pairs(plain),
        "headers": headers,
        "image": file,
        "file": file,
        "json": json_value,
        "raw": plain,
        "form": _form,
        "expect": partial(expectation, statuses=statuses),
        "timeout": number(0.1, 60, " of seconds"),
        "severity": choice("must", "should"),
        "attempts": whole(1, 10),
    }
    found = fields(item, readers)
    if len(bodies := [name for name in found if name in _BODIES]) > 1:
        raise Wrong(f"A request has one body, not {' and '.join(f'`{name}`' for name in bodies)}: keep one.")
    if "?" in found.get("path", "") and "query" in found:
        raise Wrong("A request has its query in `path` or in `query`, not in both: keep one.")
    return found


def _request(found: dict[str, Any], predict: Predict) -> Request:
    """Make a request; what is not said is as it is for the service's predictions."""
    body = {_BODIES[name]: (value,) if name == "json" else value for name, value in found.items() if name in _BODIES}
    rest = {name: value for name, value in found.items() if name not in _BODIES}
    as_ever = {"method": predict.method, "path": predict.path, "timeout": predict.timeout}
    return Request(**{**as_ever, **rest, **body, "headers": {**predict.headers, **found.get("headers", {})}})


def _form(item: Item) -> tuple[Part, ...]:
    return tuple(Part(name=name, **part) for name, part in pairs(_part)(item).items())


def _part(item: Item) -> dict[str, str]:
    return fields(item, {"text": plain, "file": file}, "text")
