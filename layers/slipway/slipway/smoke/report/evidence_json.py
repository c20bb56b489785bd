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
from slipway.smoke.evidence import AccuracyFigures, Evidence, LatencyFigures, Score, Timing

SCHEMA = 1


def document(evidence: Evidence) -> Json:
    """Write evidence down, numbers to six decimals; a number that is not finite becomes null."""
    content: Json = _plain(
        {"schema": SCHEMA, "verdict": evidence.verdict}
        | asdict(evidence)
        | {
            "accuracy": _if(evidence.accuracy, _accuracy),
            "latency": _if(evidence.latency, _latency),
        }
    )
    return content


def _if[T, R](value: T | None, write: Callable[[T], R]) -> R | None:
    return None if value is None else write(value)


def _accuracy(figures: AccuracyFigures) -> Json:
    return asdict(figures) | {
        "score": _score(figures.score),
        "production": _if(figures.production, _score),
        "confusion": [
            {"expected": expected, "predicted": predicted, "count": count}
            for (expected, predicted), count in sorted(figures.confusion.items())
        ],
    }


def _score(score: Score) -> Json:
    return {"share": score.share} | asdict(score)


def _latency(figures: LatencyFigures) -> Json:
    return asdict(figures) | {"timing": _timing(figures.timing), "production": _if(figures.production, _timing)}


def _timing(timing: Timing) -> Json:
    return asdict(timing) | {"histogram": [{"up_to": bound, "count": count} for bound, count in timing.histogram]}


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {key: _plain(content) for key, content in value.items()}
        case list() | tuple():
            return [_plain(content) for content in value]
        case float():
            return round(value, 6) if isfinite(value) else None
        case datetime():
            return value.isoformat()
        case Verdict():
            return value.value
    return value


def evidence_of(document: Json) -> Evidence:
    """Read a document that `document` wrote, or raise EvidenceUnreadable, ValueError, TypeError or LookupError."""
    if document.get("schema") != SCHEMA:
        raise EvidenceUnreadable(f"This is no evidence of schema {SCHEMA}: run the smoke test again to get it.")
    accuracy, latency = document["accuracy"], document["latency"]
    if accuracy:
        pairs = {(pair["expected"], pair["predicted"]): pair["count"] for pair in accuracy["confusion"]}
        accuracy = accuracy | {"confusion": pairs}
    if latency:
        latency = latency | {name: _if(latency[name], _timing_of) for name in ("timing", "production")}
    return decode(Evidence, document | {"accuracy": accuracy, "latency": latency})


def _timing_of(content: Json) -> Json:
    bars = [(inf if bar["up_to"] is None else bar["up_to"], bar["count"]) for bar in content["histogram"]]
    return content | {"histogram": bars}
