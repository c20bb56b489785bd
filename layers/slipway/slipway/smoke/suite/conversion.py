"""Valid values of suites as their definition: short forms become blocks, and what is not said is what is usual."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from slipway.models import Json
from slipway.models.codec import decode
from slipway.smoke.suite.definition import Suite
from slipway.smoke.suite.formats import WORDS
from slipway.smoke.suite.requests import Predict

REFUSED = tuple(range(400, 500))
# The field that a single value stands for, and the bound that `true` stands for, which gives way to any other bound.
_SHORT = {"ready": "path", "identity": "path", "predict": "path", "accuracy": "at_least", "compare": "agreement"}
_SHORT |= {"latency": "p95", "contract": "schema"}
_USUAL: dict[str, Json] = {"accuracy": {"at_least": 0.9}, "compare": {"agreement": 0.9}, "latency": {"p95": 300.0}}
_BOUNDS = ("at_least", "below_production", "agreement", "p50", "p95", "p99")
# By what a suite calls them, and what a request does.
_BODIES = {"image": "input", "file": "input", "json": "json_body", "raw": "raw", "form": "form"}


def block(name: str, value: Any) -> Json | None:
    """Return the fields of a check that a suite writes in full or in short; None if it is switched off."""
    if value is None or value is False:
        return None
    if isinstance(value, dict):
        return value
    if value in ("absent", "deployment"):  # of `identity`
        return {value: True}
    return {} if value is True else {_SHORT[name]: value}


def effective(name: str, value: Any) -> Json | None:
    """Return the fields of a check, with its usual bound if it has none; None if it is switched off."""
    fields = block(name, value)
    if fields is None or any(bound in fields for bound in _BOUNDS):
        return fields
    return {**_USUAL.get(name, {}), **fields}


def suite(value: Json) -> Suite:
    """Return the definition of a suite, given as plain values that were validated."""
    asked = _predict(block("predict", value.get("predict")) or {})
    predict = decode(Predict, asked)
    plain = {
        "ready": block("ready", value.get("ready")) or {},
        "identity": block("identity", value.get("identity")) or {},
        "predict": asked,
        "requests": [_request(each, predict) for each in value.get("requests") or ()],
        "contract": _contract(value, predict),
        "golden": file(value.get("golden") or "golden"),
        "concurrency": value.get("concurrency") or 4,
    }
    bounded = {name: effective(name, value.get(name)) for name in ("accuracy", "latency", "compare")}
    return decode(Suite, plain | bounded)


def _predict(fields: Json) -> Json:
    """Return how predictions are asked for, by the names of Predict."""
    renamed = {"field_name" if name == "field" else name: value for name, value in fields.items()}
    return {**renamed, "headers": _headers(fields)}


def _contract(value: Json, predict: Predict) -> Json | None:
    """Return the contract, with the usual malformed requests if it has none of its own; None if nothing is checked."""
    fields = block("contract", value.get("contract", True))
    if fields is None:
        return None
    given = fields.get("malformed")
    malformed = [_malformed(each, predict) for each in (_usual_malformed(predict) if given is None else given)]
    return {**fields, "malformed": malformed} if "contract" in value or malformed else None


def _usual_malformed(predict: Predict) -> list[Json]:
    """Return the malformed requests that every service refuses which is sent files in JSON; none for others."""
    if predict.send != "json":
        return []
    no_picture = {predict.field_name: "data:image/png;base64,AAAA"}
    return [
        {"name": "refuses an empty request", "json": {}},
        {"name": "refuses what is no picture", "json": no_picture},
    ]


def _malformed(fields: Json, predict: Predict) -> Json:
    """Return a malformed request, which must be answered with a 4xx."""
    return _request({"name": "malformed request", **fields}, predict, REFUSED)


def _request(fields: Json, predict: Predict, statuses: Sequence[int] = (200,)) -> Json:
    """Return a request; what it does not say (method, path, timeout, headers) is as for predictions."""
    usual = {"method": predict.method, "path": predict.path, "timeout": predict.timeout}
    plain = {name: value for name, value in fields.items() if name not in _BODIES}
    bodies = {_BODIES[name]: _body(name, value) for name, value in fields.items() if name in _BODIES}
    headers, expect = {**predict.headers, **_headers(fields)}, _expectation(fields.get("expect", {}), statuses)
    return {**usual, **plain, **bodies, "headers": headers, "expect": expect}


def _body(name: str, value: Any) -> Any:
    """Return the value of a request's body as its definition holds it."""
    if name == "form":
        blocks = {part: each if isinstance(each, dict) else {"text": each} for part, each in value.items()}
        return [{"name": name, **part, "file": file(part.get("file", ""))} for name, part in blocks.items()]
    if name == "json":
        return [value]
    return value if name == "raw" else file(value)


def file(path: str) -> str:
    """Return a path as the files beside a suite are named: without `./` before and `/` behind it."""
    return path.removeprefix("./").rstrip("/")


def _headers(fields: Json) -> dict[str, str]:
    """Return the headers in some fields, by lower-case names."""
    return {name.lower(): value for name, value in fields.get("headers", {}).items()}


def _expectation(value: Any, statuses: Sequence[int]) -> Json:
    """Return what is expected of an answer: a block of fields, or only a status; `statuses` if none is given."""
    fields = value if isinstance(value, dict) else {"status": value}
    text = {"text": _matcher(fields["text"])} if "text" in fields else {}
    return {
        "statuses": _statuses(fields["status"]) if "status" in fields else statuses,
        "json": {name: _matcher(each) for name, each in fields.get("json", {}).items()},
        "headers": {name.lower(): _matcher(each) for name, each in fields.get("headers", {}).items()},
        "schema": fields.get("schema"),
        **text,
    }


def _statuses(value: Any) -> list[int]:
    """Return the statuses that one, a list, or a class such as `4xx` stands for."""
    if isinstance(value, list):
        return [status for each in value for status in _statuses(each)]
    if isinstance(value, str):  # a class such as 4xx
        return list(range(int(value[0]) * 100, int(value[0]) * 100 + 100))
    return [value]


def _matcher(value: Any) -> Json:
    """Return how a value is matched: by the words in a block, such as `at_least`, or else by being equal."""
    if not isinstance(value, dict) or value.keys().isdisjoint(WORDS):
        return {"equals": [value]}
    if "equals" in value:
        return {"equals": [value["equals"]]}
    return {"about": (value["about"], value["within"])} if "about" in value else value
