"""Evidence as a JSON document and back; docs/evidence.schema.json describes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from math import inf, isfinite
from typing import Any

from slipway.errors import EvidenceUnreadable
from slipway.models import Json, Verdict
from slipway.models.codec import decode
from slipway.smoke.evidence import Evidence
from slipway.smoke.figures import AccuracyFigures, LatencyFigures, Score, Timing

SCHEMA = 1


def document(evidence: Evidence) -> Json:
    """Return evidence as JSON, numbers with six decimals; a number that is not finite becomes null."""
    content: Json = _as_json(
        {"schema": SCHEMA, "verdict": evidence.verdict}
        | asdict(evidence)
        | {
            "accuracy": _if_given(evidence.accuracy, _accuracy),
            "latency": _if_given(evidence.latency, _latency),
        }
    )
    return content


def _if_given[T, R](value: T | None, write: Callable[[T], R]) -> R | None:
    """Return what `write` makes of a value; None for None."""
    return None if value is None else write(value)


def _accuracy(figures: AccuracyFigures) -> Json:
    """Return the figures of the accuracy as JSON."""
    return asdict(figures) | {
        "score": _score(figures.score),
        "production": _if_given(figures.production, _score),
        "confusion": [
            {"expected": expected, "predicted": predicted, "count": count}
            for (expected, predicted), count in sorted(figures.confusion.items())
        ],
    }


def _score(score: Score) -> Json:
    """Return a score as JSON."""
    return {"share": score.share} | asdict(score)


def _latency(figures: LatencyFigures) -> Json:
    """Return the figures of the latency as JSON."""
    return asdict(figures) | {"timing": _timing(figures.timing), "production": _if_given(figures.production, _timing)}


def _timing(timing: Timing) -> Json:
    """Return measured times as JSON."""
    return asdict(timing) | {"histogram": [{"up_to": bound, "count": count} for bound, count in timing.histogram]}


def _as_json(value: Any) -> Any:
    """Return a value as JSON holds it: lists, rounded numbers, times in ISO 8601."""
    match value:
        case dict():
            return {key: _as_json(content) for key, content in value.items()}
        case list() | tuple():
            return [_as_json(content) for content in value]
        case float():
            return round(value, 6) if isfinite(value) else None
        case datetime():
            return value.isoformat()
        case Verdict():
            return value.value
    return value


def evidence_of(document: Json) -> Evidence:
    """Return the evidence in what `document` made; raises EvidenceUnreadable, ValueError, TypeError or LookupError."""
    if document.get("schema") != SCHEMA:
        raise EvidenceUnreadable(f"This is no evidence of schema {SCHEMA}: run the smoke test again to get it.")
    accuracy, latency = document["accuracy"], document["latency"]
    if accuracy:
        pairs = {(pair["expected"], pair["predicted"]): pair["count"] for pair in accuracy["confusion"]}
        accuracy = accuracy | {"confusion": pairs}
    if latency:
        latency = latency | {name: _if_given(latency[name], _read_timing) for name in ("timing", "production")}
    return decode(Evidence, document | {"accuracy": accuracy, "latency": latency})


def _read_timing(content: Json) -> Json:
    """Return measured times in JSON as `decode` reads them: bars as pairs, a bound of null as infinity."""
    bars = [(inf if bar["up_to"] is None else bar["up_to"], bar["count"]) for bar in content["histogram"]]
    return content | {"histogram": bars}
