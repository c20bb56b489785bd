"""The suite of record is a floor: a candidate's suite may add checks and tighten bounds, and nothing else.

In: the values of two documents, the record's (whoever owns production wrote it) and the candidate's (whoever uploaded
did). Out: a sentence for each thing that the candidate's suite would loosen, or both as one suite. Called by the
preflight, which may know no record yet, and by the build. What is tighter, the JSON Schema says (`x-tighter`).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from functools import cache
from typing import Any

from slipway.models import Json
from slipway.models.text import shown
from slipway.smoke.suite.conversion import block, effective
from slipway.smoke.suite.validation import resolved, schema

_CHECKS = ("accuracy", "latency", "compare", "contract")
SWITCHABLE = (*_CHECKS, "requests")
_SOFTENING = ("severity", "attempts")  # they soften any check, one that the record lacks, too


def loosened(record: Json | None, candidate: Json) -> list[str]:
    """Return a sentence for each thing that a candidate's suite loosens of the record, or, without one, of any."""
    return [
        *_owners_settings(record, candidate),
        *_switched_off(record, candidate),
        *(sentence for check in _CHECKS for sentence in _looser_fields(check, record, candidate)),
        *_looser_malformed(record, candidate),
        *_changed_requests(record, candidate),
    ]


def merge(record: Json, candidate: Json) -> Json:
    """Return the suite of record with what a candidate's suite adds, field by field: nothing of the record goes."""
    merged = {**record, "requests": joined(record.get("requests"), candidate.get("requests"))}
    for check in _CHECKS:
        kept, own = effective(check, record.get(check)), block(check, candidate.get(check))
        if own is None:
            continue
        if kept is None:
            merged[check] = candidate[check]
            continue
        merged[check] = {**kept, **own}
        if "slices" in kept and "slices" in own:
            merged[check]["slices"] = {**kept["slices"], **own["slices"]}
        if "malformed" in kept and "malformed" in own:
            merged[check]["malformed"] = [*kept["malformed"], *own["malformed"]]
    return merged


def joined(*lists: list[Json] | None) -> list[Json]:
    """Return lists of requests as one; a later request takes the place of an earlier one of its name."""
    return list({each["name"]: each for one in lists for each in one or ()}.values())


@cache
def _rules(check: str) -> dict[str, Json]:
    """Return the rules in the schema for the fields of a check, by their names."""
    return {name: resolved(rule) for name, rule in schema()["$defs"][check]["properties"].items()}


def _owners_settings(record: Json | None, candidate: Json) -> Iterator[str]:
    """Yield a sentence for each setting of the suite that only the service's owner may make."""
    for name, rule in schema()["properties"].items():
        if rule.get("x-tighter") != "never" or candidate.get(name) is None:
            continue
        if record is None or _written(candidate[name]) != _written(record.get(name)):
            yield f"`{name}` belongs to whoever owns the service: leave it out of your suite."


def _switched_off(record: Json | None, candidate: Json) -> Iterator[str]:
    """Yield a sentence for each check that a candidate switches off."""
    for name in SWITCHABLE:
        if name in candidate and candidate[name] in (None, False) and (record is None or record.get(name)):
            yield f"`{name}` is switched off: leave it out, and it stays as the service has it."


def _looser_fields(check: str, record: Json | None, candidate: Json) -> Iterator[str]:
    """Yield a sentence for each field of a check that is looser than in the record."""
    own, kept = block(check, candidate.get(check)) or {}, effective(check, (record or {}).get(check))
    for name, rule in _rules(check).items():
        if name not in own or (kept is None and name not in _SOFTENING):
            continue
        least, where = (kept or {}).get(name, rule.get("default")), f"`{check}.{name}`"
        direction = rule["x-tighter"]
        if least is None or direction == "more" or _is_as_tight(direction, own[name], least):
            continue
        if direction == "each higher":
            yield from (f"`{check}.{name}` must keep {each}" for each in _lowered(own[name], least))
        elif direction == "never":
            yield f"{where} would replace the service's: leave it out."
        elif direction == "must":
            yield f"{where} must stay `must`: leave it out."
        else:
            must = "at least" if direction == "higher" else "at most"
            yield f"{where} is {shown(str(own[name]))} and must be {must} {least}, as the service has it."


def _is_as_tight(direction: str, own: Any, least: Any) -> bool:
    """Return whether a value is as tight as another; False for anything but finite numbers."""
    if direction == "each higher":
        return not any(_lowered(own, least))
    if direction in ("never", "must"):
        return bool(own in (least, direction))
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in (own, least)):
        return False
    return math.isfinite(own) and (own >= least if direction == "higher" else own <= least)


def _lowered(own: Any, least: Json) -> Iterator[str]:
    """Yield what must be kept: each share of the record's that a candidate names with a lower one."""
    own = own if isinstance(own, dict) else dict.fromkeys(least)
    for name in least.keys() & own.keys():
        if not _is_as_tight("higher", own[name], least[name]):
            yield f"{shown(str(name))} at {least[name]} or more, as the service has it."


def _looser_malformed(record: Json | None, candidate: Json) -> Iterator[str]:
    """Yield the sentence that the malformed requests of the contract are left out or replaced, if so."""
    own = block("contract", candidate.get("contract")) or {}
    kept = block("contract", (record or {}).get("contract")) or {}
    if own.get("malformed", ...) in (None, []):
        yield "`contract.malformed` is empty: leave it out, and the service's requests are sent."
    elif "malformed" in own and record is not None and not kept.get("malformed"):
        yield "`contract.malformed` would replace the usual malformed requests: leave it out."


def _changed_requests(record: Json | None, candidate: Json) -> Iterator[str]:
    """Yield a sentence for each request that differs from the record's of the same name."""
    requests = candidate.get("requests")
    kept = {each["name"]: each for each in (record or {}).get("requests") or ()}
    for each in requests if isinstance(requests, list) else ():
        name = each.get("name")
        if name in kept and _written(each) != _written(kept[name]):
            yield f"The request {shown(str(name))!r} is the service's own: give yours another name."


def _written(value: object) -> str:
    """Return a value as it is compared: to Python, true is 1."""
    return json.dumps(value, sort_keys=True)
