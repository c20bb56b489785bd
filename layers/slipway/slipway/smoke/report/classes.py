"""The golden set class by class and slice by slice: who is right how often, and what is taken for what."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from slipway.smoke.figures import AccuracyFigures, ClassScore, SliceScore

PLOTTED = 20  # with more classes than that there is no plot and no matrix
LISTED = 200


@dataclass(frozen=True, slots=True)
class Cell:
    """How many cases of one class were given one answer; `heat` is its share of the class in ten steps."""

    count: int
    heat: int
    right: bool


@dataclass(frozen=True, slots=True)
class Matrix:
    """A confusion matrix: `answers` label the columns, and each row has its class and a cell for each answer."""

    answers: tuple[str, ...]
    rows: list[tuple[str, list[Cell]]]


def share(right: int | None, score: ClassScore | SliceScore) -> float | None:
    """Return the share of a class or slice that is right, 0 to 1; None where nothing is known."""
    return None if right is None or not score.cases else right / score.cases


def weakest(figures: AccuracyFigures, most: int) -> list[ClassScore]:
    """Return all classes in their order or, of more than `most`, those with the lowest shares."""
    if len(figures.classes) <= most:
        return list(figures.classes)
    return sorted(figures.classes, key=lambda score: share(score.right, score) or 0)[:most]


def lowest(slices: tuple[SliceScore, ...]) -> list[SliceScore]:
    """Return the slices with the lowest shares first, at most LISTED, but all of which the suite asks for a share."""
    found = sorted(slices, key=lambda score: (score.at_least is None, share(score.right, score) or 0))
    return sorted(found[:LISTED], key=lambda score: share(score.right, score) or 0)


def matrix(figures: AccuracyFigures) -> Matrix | None:
    """Return the confusion as a matrix; None if there are too many classes for one."""
    expected = [score.label for score in figures.classes]
    others = sorted({predicted for _, predicted in figures.confusion} - set(expected))
    answers = (*expected, *others)
    if not expected or len(answers) > PLOTTED:
        return None
    return Matrix(
        answers, [(score.label, [_cell(figures, score, one) for one in answers]) for score in figures.classes]
    )


def _cell(figures: AccuracyFigures, score: ClassScore, answer: str) -> Cell:
    """Return the cell of an answer in the row of a class, with its heat, 0 to 10."""
    count = figures.confusion.get((score.label, answer), 0)
    heat = min(max(1, round(10 * count / score.cases)), 10) if count and score.cases else 0
    return Cell(count, heat, answer == score.label)


def mistakes(figures: AccuracyFigures, most: int = 10) -> list[tuple[tuple[str, str], int]]:
    """Return the most frequent mistakes as ((expected, answered), count)."""
    wrong = {pair: count for pair, count in figures.confusion.items() if pair[0] != pair[1]}
    return Counter(wrong).most_common(most)
