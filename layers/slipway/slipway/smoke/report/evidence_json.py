"""Evidence as a JSON document and back; docs/evidence.schema.json describes it."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import datetime
from math import inf, isfinite
from typing import Any

from slipway.errors import EvidenceUnreadable
from slipway.models import Json
from slipway.models.codec import decode
from slipway.smoke.evidence import Evidence
from slipway.smoke.figures import AccuracyFigures, Score, Timing

SCHEMA = 1


def document(evidence: Evidence) -> Json:
    """Return evidence as JSON, numbers with six decimals; a number that is not finite becomes null."""
    return {"schema": SCHEMA, "verdict": evidence.verdict} | _fields(evidence)


def _as_json(value: Any) -> Any:
    """Return a value as JSON holds it: lists, rounded numbers, times in ISO 8601."""
    match value:
        case Score():
            return {"share": _as_json(value.share)} | _fields(value)
        case AccuracyFigures():
            pairs = sorted(value.confusion.items())
            told = [{"expected": pair[0], "predicted": pair[1], "count": count} for pair, count in pairs]
            return _fields(value) | {"confusion": told}
        case Timing():
            bars = [{"up_to": _as_json(bound), "count": count} for bound, count in value.histogram]
            return _fields(value) | {"histogram": bars}
        case dict():
            return {key: _as_json(content) for key, content in value.items()}
        case list() | tuple():
            return [_as_json(content) for content in value]
        case float():
            return round(value, 6) if isfinite(value) else None
        case datetime():
            return value.isoformat()
    return _fields(value) if is_dataclass(value) else value


def _fields(record: Any) -> Json:
    """Return the fields of a dataclass as JSON, by their names."""
    return {field.name: _as_json(getattr(record, field.name)) for field in fields(record)}


def evidence_of(document: Json) -> Evidence:
    """Return the evidence in what `document` made; raises EvidenceUnreadable, ValueError, TypeError or LookupError."""
    if document.get("schema") != SCHEMA:
        raise EvidenceUnreadable(f"This is no evidence of schema {SCHEMA}: run the smoke test again to get it.")
    accuracy, latency = document["accuracy"], document["latency"]
    if accuracy:
        pairs = {(pair["expected"], pair["predicted"]): pair["count"] for pair in accuracy["confusion"]}
        accuracy = accuracy | {"confusion": pairs}
    if latency:
        both = {name: latency[name] for name in ("timing", "production")}
        latency = latency | {name: timing and _read_timing(timing) for name, timing in both.items()}
    return decode(Evidence, document | {"accuracy": accuracy, "latency": latency})


def _read_timing(content: Json) -> Json:
    """Return measured times in JSON as `decode` reads them: bars as pairs, a bound of null as infinity."""
    bars = [(inf if bar["up_to"] is None else bar["up_to"], bar["count"]) for bar in content["histogram"]]
    return content | {"histogram": bars}
