"""Counting what a golden set shows, in a memory that does not grow with it."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import asdict, dataclass

from slipway.errors import TooSlow, Unreachable
from slipway.models import HttpAnswer, Verdict
from slipway.models.text import shown
from slipway.smoke.checks.matching import NoJson, body_of, number_of, search
from slipway.smoke.checks.run_state import GIVE_UP, GoldenTally
from slipway.smoke.evidence import Change
from slipway.smoke.suite.definition import Predict
from slipway.smoke.suite.golden_set import Case, FileInput, label

SEPARATOR = "\x1f"  # between the expected and the predicted label: no label has it
_OTHER = "(others)"
_LONGEST, _SHOWN = 100, 60  # characters of a label, and of one that is cut
_LABELS, _PAIRS, _CHANGES = 1000, 5000, 200
_PICTURE, _PICTURES = 48 * 1024, 2 * 1024**2  # bytes of one, and of all
_BREACHES = 5
_SHOWABLE = ("image/png", "image/jpeg", "image/gif", "image/webp")


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a service says an input is; one that `failed` says in brackets why it says nothing."""

    label: str
    confidence: float | None = None
    failed: bool = False


def prediction(predict: Predict, answer: HttpAnswer | Unreachable | None, *, sure: bool = True) -> Prediction | None:
    """Read a service's prediction from its answer; None if there is no answer, and none can be blamed for that.

    `sure` asks for the confidence, too.
    """
    if isinstance(answer, TooSlow):
        return Prediction("(too slow)", failed=True)
    return _read(predict, answer, sure) if isinstance(answer, HttpAnswer) else None


def halt(tally: GoldenTally) -> tuple[Verdict, str] | None:
    """Say that the service stopped answering in the middle, if it did."""
    if tally.silent < GIVE_UP:
        return None
    verdict = Verdict.FAILED if tally.late >= GIVE_UP else Verdict.INCONCLUSIVE
    return verdict, f"Gave up after {tally.silent} inputs in a row without an answer: {tally.reason}"


def _read(predict: Predict, answer: HttpAnswer, sure: bool) -> Prediction:
    if not 200 <= answer.status < 300:
        return Prediction(f"(HTTP {answer.status})", failed=True)
    try:
        body = body_of(answer)
    except NoJson:
        return Prediction("(no JSON)", failed=True)
    found = search(predict.answer, body)
    if found is None:
        return Prediction(f"(no {predict.answer})"[:_LONGEST], failed=True)
    confidence = search(predict.confidence, body) if sure and predict.confidence else None
    return Prediction(_label(found), number_of(confidence))


def score(tally: GoldenTally, case: Case, ours: Prediction | None, theirs: Prediction | None) -> None:
    """Count whether the predictions are right; None is a case without an answer."""
    if not case.expected:
        return
    expected = _label(case.expected)
    tally.cases += 1
    row = tally.classes.setdefault(_among(tally.classes, expected, _LABELS), [0, 0, 0])
    row[0] += 1
    if ours and not ours.failed and ours.label == expected:
        tally.right += 1
        row[1] += 1
    if ours and ours.failed:
        tally.blank, tally.blankness = tally.blank + 1, ours.label
    if theirs:
        tally.production_cases += 1
        if not theirs.failed and theirs.label == expected:
            tally.production_right += 1
            row[2] += 1
    _confuse(tally, expected, ours.label if ours else "(no answer)")


def compare(tally: GoldenTally, at: int, case: Case, ours: Prediction, theirs: Prediction) -> None:
    """Count whether the predictions agree, and keep the first changes; two failures are no agreement."""
    if theirs.failed:
        return
    tally.compared += 1
    if not ours.failed and ours.label == theirs.label:
        tally.agreed += 1
    elif len(tally.changes) < _CHANGES:
        picture = _picture(tally, case)
        confidences = theirs.confidence, ours.confidence
        change = Change(shown(case.name), _label(case.expected), theirs.label, ours.label, *confidences, picture)
        tally.changes.append(asdict(change) | {"at": at})


def breached(tally: GoldenTally, case: Case, sentence: str) -> None:
    """Count an answer that breaks the contract, and keep the first ones."""
    tally.broken += 1
    if len(tally.breaches) < _BREACHES:
        tally.breaches.append(f"{shown(case.name)}: {sentence}")


def _label(value: object) -> str:
    """Give a label short enough to keep; two that differ anywhere stay different."""
    whole = label(value)
    if len(whole) <= _LONGEST:
        return whole if whole.isprintable() else shown(whole)
    return f"{shown(whole[:_SHOWN])}… {hashlib.sha256(whole.encode(errors='replace')).hexdigest()[:12]}"


def _confuse(tally: GoldenTally, expected: str, predicted: str) -> None:
    key = f"{expected}{SEPARATOR}{predicted}"
    if key not in tally.confusion and len(tally.confusion) >= _PAIRS:
        key = f"{_OTHER}{SEPARATOR}{_OTHER}"
    tally.confusion[key] = tally.confusion.get(key, 0) + 1


def _among(known: dict[str, list[int]], name: str, most: int) -> str:
    return name if name in known or len(known) < most else _OTHER


def _picture(tally: GoldenTally, case: Case) -> str:
    if not isinstance(case.input, FileInput) or case.input.media_type not in _SHOWABLE:
        return ""
    content = case.input.read()
    if len(content) > _PICTURE or tally.pictures + len(content) > _PICTURES:
        return ""
    tally.pictures += len(content)
    return f"data:{case.input.media_type};base64,{base64.b64encode(content).decode()}"
