"""The suite of record is a floor: a candidate's suite may add checks and tighten bounds, and nothing else.

In: two suites as plain YAML values, the record's (whoever owns production wrote it) and the candidate's (whoever
uploaded did). Out: a sentence for each thing that the candidate's suite would loosen. Called by the preflight, which
may know no record yet, and by the build, which merges the two.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from slipway.models.text import shown

type Block = Mapping[str, Any]

# What these say is how the service is asked and believed: an upload has no say in it.
OWNERS = ("ready", "identity", "predict", "golden", "concurrency")
# For each bound: +1 where more is stricter, -1 where less is. The first one is what a single value stands for.
BOUNDS: dict[str, dict[str, int]] = {
    "accuracy": {"at_least": 1, "below_production": -1},
    "latency": {"p95": -1, "p50": -1, "p99": -1, "requests": 1, "concurrency": 1},
    "compare": {"agreement": 1},
}
USUAL = {"accuracy": 0.9, "latency": 300, "compare": 0.9}  # what `true` stands for
DEFAULTS = {("latency", "requests"): 100, ("latency", "concurrency"): 1}
CHECKS = (*BOUNDS, "contract", "requests")


def loosened(record: Block | None, candidate: Block) -> list[str]:
    """Say what a candidate's suite would loosen; without a record, what would loosen any."""
    return [
        *_owners(record, candidate),
        *_off(record, candidate),
        *(sentence for check in BOUNDS for sentence in _bounds(check, record, candidate)),
        *_contract(record, candidate),
        *_requests(record, candidate),
    ]


def _owners(record: Block | None, candidate: Block) -> Iterator[str]:
    for name in OWNERS:
        if candidate.get(name) is not None and (record is None or candidate[name] != record.get(name)):
            yield f"`{name}` belongs to whoever owns the service: leave it out of your suite."


def _off(record: Block | None, candidate: Block) -> Iterator[str]:
    for name in CHECKS:
        if name in candidate and candidate[name] in (None, False) and (record is None or record.get(name)):
            yield f"`{name}` is switched off: leave it out, and it stays as the service has it."


def _bounds(check: str, record: Block | None, candidate: Block) -> Iterator[str]:
    own, floor = _block(check, candidate.get(check)), _block(check, (record or {}).get(check))
    yield from _softer(check, own, floor if record is not None else {})
    for name, direction in BOUNDS[check].items():
        least = floor.get(name, DEFAULTS.get((check, name)) if floor else None)
        if name in own and least is not None and not _as_strict(own[name], least, direction):
            must = "at least" if direction > 0 else "at most"
            yield f"`{check}.{name}` is {shown(str(own[name]))} and must be {must} {least}, as the service has it."


def _softer(where: str, own: Block, floor: Block) -> Iterator[str]:
    """A failed `should` fails nothing, and more attempts are more chances."""
    if own.get("severity", "must") != "must" and floor.get("severity", "must") == "must":
        yield f"`{where}.severity` must stay `must`: leave it out."
    if (attempts := own.get("attempts")) is not None and not _as_strict(attempts, floor.get("attempts", 1), -1):
        yield f"`{where}.attempts` must be at most {floor.get('attempts', 1)}, as the service has it: leave it out."


def _contract(record: Block | None, candidate: Block) -> Iterator[str]:
    own, floor = _block("contract", candidate.get("contract")), _block("contract", (record or {}).get("contract"))
    yield from _softer("contract", own, floor)
    if "schema" in own and floor.get("schema") not in (None, own["schema"]):
        yield "`contract.schema` would replace the service's: leave it out."
    if own.get("malformed") is not None and record is not None and not floor.get("malformed"):
        yield "`contract.malformed` would replace the usual malformed requests: leave it out."
    if own.get("malformed", ...) in (None, []):
        yield "`contract.malformed` is empty: leave it out, and the service's requests are sent."


def _requests(record: Block | None, candidate: Block) -> Iterator[str]:
    kept = {each.get("name"): each for each in _listed((record or {}).get("requests"))}
    for each in _listed(candidate.get("requests")):
        name = each.get("name")
        if name in kept and each != kept[name]:
            yield f"The request {shown(str(name))!r} is the service's own: give yours another name."


def _block(check: str, value: Any) -> Block:
    """Return a check as a block, whichever way it was written."""
    if isinstance(value, Mapping):
        return value
    if value in (None, False) or check not in BOUNDS:
        return {}
    return {next(iter(BOUNDS[check])): USUAL[check] if value is True else value}


def _as_strict(own: Any, least: Any, direction: int) -> bool:
    """Tell whether a bound is as strict as another one; what is no finite number is not."""
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in (own, least)):
        return False
    return math.isfinite(own) and (own - least) * direction >= 0


def _listed(value: Any) -> list[Block]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
