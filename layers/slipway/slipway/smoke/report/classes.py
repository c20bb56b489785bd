"""The golden set class by class: who is right how often, and what is taken for what."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from slipway.smoke.evidence import AccuracyFigures, ClassScore

PLOTTED = 20  # more classes than that are no plot and no matrix any more
LISTED = 200


@dataclass(frozen=True, slots=True)
class Cell:
    """How many cases of one class were given one answer; `heat` is its share of the class in ten steps."""

    count: int
    heat: int
    right: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One class of a confusion matrix."""

    expected: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A confusion matrix: `answers` are the columns' labels."""

    answers: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Mistake:
    """How many cases of one class were taken for another."""

    expected: str
    predicted: str
    count: int


def share(right: int | None, score: ClassScore) -> float | None:
    """Give the share of a class that is right, None where nothing is known."""
    return None if right is None or not score.cases else right / score.cases


def weakest(figures: AccuracyFigures, most: int) -> list[ClassScore]:
    """Give all classes in their order, or of too many those with the lowest share."""
    if len(figures.classes) <= most:
        return list(figures.classes)
    return sorted(figures.classes, key=lambda score: share(score.right, score) or 0)[:most]


def matrix(figures: AccuracyFigures) -> Matrix | None:
    """Lay out the confusion, None if there are too many classes for it."""
    expected = [score.label for score in figures.classes]
    others = sorted({predicted for _, predicted in figures.confusion} - set(expected))
    answers = (*expected, *others)
    if not expected or len(answers) > PLOTTED:
        return None
    rows = tuple(_row(figures, score, answers) for score in figures.classes)
    return Matrix(answers, rows)


def _row(figures: AccuracyFigures, score: ClassScore, answers: tuple[str, ...]) -> Row:
    counts = [(answer, figures.confusion.get((score.label, answer), 0)) for answer in answers]
    return Row(score.label, tuple(Cell(n, _heat(n, score.cases), answer == score.label) for answer, n in counts))


def _heat(count: int, cases: int) -> int:
    return min(max(1, round(10 * count / cases)), 10) if count and cases else 0


def mistakes(figures: AccuracyFigures, most: int = 10) -> list[Mistake]:
    """Give the most frequent mistakes."""
    pairs = Counter({pair: count for pair, count in figures.confusion.items() if pair[0] != pair[1]})
    return [Mistake(expected, predicted, count) for (expected, predicted), count in pairs.most_common(most)]
