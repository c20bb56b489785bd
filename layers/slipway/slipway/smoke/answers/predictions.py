"""Reading the prediction in a service's answer."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from slipway.errors import TooSlow, Unreachable
from slipway.models import HttpAnswer
from slipway.models.text import shown
from slipway.smoke.answers.body import NoJson, json_body, number, search
from slipway.smoke.suite.golden_set import label
from slipway.smoke.suite.requests import Predict

_LONGEST, _SHOWN = 100, 60  # characters of a label, and of one that is cut


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a service says an input is; the label of a `failed` one says in brackets why there is none."""

    label: str
    confidence: float | None = None
    failed: bool = False

    def predicts(self, label: str) -> bool:
        """Return whether a label was predicted."""
        return not self.failed and self.label == label


def prediction(
    predict: Predict, answer: HttpAnswer | Unreachable | None, *, with_confidence: bool = True
) -> Prediction | None:
    """Return the prediction in an answer, a failed one if it has none or came too late; None if there is no answer."""
    if isinstance(answer, TooSlow):
        return Prediction("(too slow)", failed=True)
    return _read(predict, answer, with_confidence) if isinstance(answer, HttpAnswer) else None


def short_label(value: object) -> str:
    """Return a label of bounded length; two that differ anywhere stay different, by a digest."""
    whole = label(value)
    if len(whole) <= _LONGEST:
        return whole if whole.isprintable() else shown(whole)
    return f"{shown(whole[:_SHOWN])}… {hashlib.sha256(whole.encode(errors='replace')).hexdigest()[:12]}"


def _read(predict: Predict, answer: HttpAnswer, with_confidence: bool) -> Prediction:
    """Return the prediction in an answer; one without is a failed prediction, whose label says why."""
    if not 200 <= answer.status < 300:
        return Prediction(f"(HTTP {answer.status})", failed=True)
    try:
        body = json_body(answer)
    except NoJson:
        return Prediction("(no JSON)", failed=True)
    found = search(predict.answer, body)
    if found is None:
        return Prediction(f"(no {predict.answer})"[:_LONGEST], failed=True)
    confidence = search(predict.confidence, body) if with_confidence and predict.confidence else None
    return Prediction(short_label(found), number(confidence))
