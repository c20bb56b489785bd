"""The sections of a suite: each reads its block, or what stands for it in short."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from slipway.smoke.suite.blocks import Reader, fields, listed
from slipway.smoke.suite.definition import Accuracy, Compare, Contract, Identity, Latency, Predict, Ready
from slipway.smoke.suite.requests import MOST, malformed, usual
from slipway.smoke.suite.values import METHODS, choice, expression, headers, number, path, schema, share, text, whole
from slipway.smoke.suite.yaml_nodes import Item, Wrong

type Readers = Mapping[str, Reader[Any]]

_SECONDS, _MILLISECONDS = " of seconds", number(0.1, 600_000, " of milliseconds")
_CHECK: Readers = {"severity": choice("must", "should"), "attempts": whole(1, 10)}
_BUDGETS: Readers = {"p50": _MILLISECONDS, "p95": _MILLISECONDS, "p99": _MILLISECONDS}
_READY: Readers = {"path": path, "status": whole(100, 599), "deadline": number(1, 3600, _SECONDS)}
_IDENTITY: Readers = {
    "path": path,
    "expression": expression,
    "header": text,
    "member": text,
    "answers": whole(1, 20),
}
_PREDICT: Readers = {
    "path": path,
    "method": choice(*METHODS),
    "send": choice("json", "multipart", "raw"),
    "field": text,
    "headers": headers,
    "answer": expression,
    "confidence": expression,
    "timeout": number(0.1, 60, _SECONDS),
}


def ready(item: Item) -> Ready:
    """Read `ready: /health` or a block."""
    return Ready(**fields(item, _READY, "path"))


def identity(item: Item) -> Identity:
    """Read `identity: absent`, `identity: /version` or a block."""
    if item.value == "absent":
        return Identity(absent=True)
    found = fields(item, _IDENTITY, "path")
    if "expression" in found and "header" in found:
        raise Wrong("`identity` is told by an `expression` or by a `header`, not by both: keep one.")
    return Identity(**found)


def predict(item: Item) -> Predict:
    """Read `predict: /classify` or a block."""
    found = fields(item, _PREDICT, "path")
    return Predict(**{"field_name" if name == "field" else name: value for name, value in found.items()})


def contract(item: Item, predict: Predict) -> Contract | None:
    """Read the contract; without malformed requests of its own, the usual ones are sent."""
    if item.value is False:
        return None
    readers = {"schema": schema, "malformed": listed(partial(malformed, predict=predict), MOST), **_CHECK}
    found = {} if item.value is True else fields(item, readers)
    return Contract(**{"malformed": usual(predict), **found})


def accuracy(item: Item) -> Accuracy | None:
    """Read `accuracy: 0.9` or a block."""
    found = _switched(item, {"at_least": share, "below_production": share}, {}, {"at_least": 0.9})
    return None if found is None else Accuracy(**found)


def latency(item: Item) -> Latency | None:
    """Read `latency: 300`, the 95th percentile in milliseconds, or a block."""
    more = {"concurrency": whole(1, 64), "requests": whole(1, 100_000)}
    found = _switched(item, _BUDGETS, more, {"p95": 300.0})
    if found and (budgets := [found[name] for name in _BUDGETS if name in found]) != sorted(budgets):
        raise Wrong("The budgets of `latency` must rise from p50 to p95 to p99: correct them.")
    return None if found is None else Latency(**found)


def compare(item: Item) -> Compare | None:
    """Read `compare: 0.9` or a block."""
    found = _switched(item, {"agreement": share}, {}, {"agreement": 0.9})
    return None if found is None else Compare(**found)


def _switched(item: Item, bounds: Readers, more: Readers, usual: dict[str, float]) -> dict[str, Any] | None:
    """Read a check that is off (`false`), or on with its usual bound (`true`), which gives way to any other bound."""
    if item.value is False:
        return None
    found = {} if item.value is True else fields(item, {**bounds, **more, **_CHECK}, next(iter(usual)))
    return found if found.keys() & bounds.keys() else {**usual, **found}
