"""Counting what the golden set shows, in a memory that does not grow with it."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from slipway.models.text import shown
from slipway.smoke.answers.predictions import Prediction, short_label
from slipway.smoke.evidence import Judgement
from slipway.smoke.figures import Change
from slipway.smoke.measurements.tallies import RequestTally
from slipway.smoke.suite.golden_set import Case, FileInput

SEPARATOR = "\x1f"  # between the expected and the predicted label: no label has it
_OTHER = "(others)"
_LABELS, _PAIRS, _CHANGES, _VIOLATIONS = 1000, 5000, 200, 5  # at most kept
_PICTURE, _PICTURES = 48 * 1024, 2 * 1024**2  # bytes of one, and of all
_PICTURE_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp")


@dataclass(slots=True)
class GoldenTally(RequestTally):
    """What the golden set has shown so far.

    `no_prediction` answers had none, the last one as `no_prediction_reason` says; `production_unusable` inputs got
    nothing from production that could be compared. `classes` and `slices` count cases, right ones, and right ones in
    production; `confusion` has the expected and the predicted label in one key; `changes` are kept by the number of
    their case.
    """

    cases: int = 0
    right: int = 0
    no_prediction: int = 0
    no_prediction_reason: str = ""
    production_cases: int = 0
    production_right: int = 0
    production_unusable: int = 0
    classes: dict[str, list[int]] = field(default_factory=dict)
    slices: dict[str, list[int]] = field(default_factory=dict)
    confusion: dict[str, int] = field(default_factory=dict)
    violated: int = 0
    violations: list[str] = field(default_factory=list)
    compared: int = 0
    agreed: int = 0
    changes: dict[str, Change] = field(default_factory=dict)
    picture_bytes: int = 0

    @property
    def halted(self) -> Judgement | None:
        """The verdict that the service stopped answering in the middle; None if it did not."""
        if not self.gave_up:
            return None
        silence = f"Gave up after {self.consecutive_unanswered} inputs in a row without an answer: {self.reason}"
        return self.verdict_on_giving_up, silence

    def count_violation(self, case: Case, sentence: str) -> None:
        """Count an answer that breaks the contract; the sentences of the first five are kept."""
        self.violated += 1
        if len(self.violations) < _VIOLATIONS:
            self.violations.append(f"{shown(case.name)}: {sentence}")

    def count_score(self, case: Case, ours: Prediction | None, production: Prediction | None) -> None:
        """Count a labelled case as right or wrong for each service; a prediction of None stands for no answer."""
        if not case.expected:
            return
        expected = short_label(case.expected)
        right = ours is not None and ours.predicts(expected)
        production_right = production is not None and production.predicts(expected)
        _count_in(self.classes, expected, right, production_right)
        if case.slice:
            _count_in(self.slices, short_label(case.slice), right, production_right)
        self.cases += 1
        self.right += right
        self.production_cases += production is not None
        self.production_right += production_right
        if ours and ours.failed:
            self.no_prediction, self.no_prediction_reason = self.no_prediction + 1, ours.label
        self._count_confusion(expected, ours.label if ours else "(no answer)")

    def count_comparison(self, number: int, case: Case, ours: Prediction, production: Prediction) -> None:
        """Count whether the predictions agree, unless production's failed; the first changes are kept."""
        if production.failed:
            return
        self.compared += 1
        if ours.predicts(production.label):
            self.agreed += 1
        elif len(self.changes) < _CHANGES:
            change = Change(
                shown(case.name),
                short_label(case.expected),
                production.label,
                ours.label,
                production.confidence,
                ours.confidence,
                self._picture_url(case),
            )
            self.changes[str(number)] = change

    def _count_confusion(self, expected: str, predicted: str) -> None:
        """Count a pair of labels; beyond 5,000 pairs, new ones count as others."""
        key = f"{expected}{SEPARATOR}{predicted}"
        if key not in self.confusion and len(self.confusion) >= _PAIRS:
            key = f"{_OTHER}{SEPARATOR}{_OTHER}"
        self.confusion[key] = self.confusion.get(key, 0) + 1

    def _picture_url(self, case: Case) -> str:
        """Return the input as a data URL; empty if it is no picture, or too large to be kept."""
        if not isinstance(case.input, FileInput) or case.input.media_type not in _PICTURE_TYPES:
            return ""
        content = case.input.read()
        if len(content) > _PICTURE or self.picture_bytes + len(content) > _PICTURES:
            return ""
        self.picture_bytes += len(content)
        return f"data:{case.input.media_type};base64,{base64.b64encode(content).decode()}"


def _count_in(rows: dict[str, list[int]], key: str, right: bool, production_right: bool) -> None:
    """Count a case in the row of its key; beyond 1,000 rows, new keys count as others."""
    row = rows.setdefault(key if key in rows or len(rows) < _LABELS else _OTHER, [0, 0, 0])
    for column, count in enumerate((1, right, production_right)):
        row[column] += count
