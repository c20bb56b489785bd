"""Accuracy: enough of the golden set and of its slices is right, and not much less than in production."""

from __future__ import annotations

from collections.abc import Iterator

from slipway.models import Verdict
from slipway.models.formatting import counted, percent
from slipway.models.text import shown
from slipway.smoke.answers.predictions import short_label
from slipway.smoke.evidence import Judgement
from slipway.smoke.figures import AccuracyFigures, ClassScore, SliceScore
from slipway.smoke.measurements.golden_tally import SEPARATOR, GoldenTally
from slipway.smoke.measurements.statistics import score
from slipway.smoke.running.state import RunState
from slipway.smoke.suite.definition import Accuracy

_DIGITS = 9  # decimal places: 0.93 - 0.88 must not be more than 0.05


def figures(check: Accuracy, tally: GoldenTally) -> AccuracyFigures | None:
    """Return the figures of the golden set; None if no case has been counted."""
    if not tally.cases:
        return None
    compared = tally.production_cases > 0
    return AccuracyFigures(
        score=score(tally.right, tally.cases),
        production=score(tally.production_right, tally.production_cases) if compared else None,
        classes=tuple(
            ClassScore(label, cases, right, production if compared else None)
            for label, (cases, right, production) in sorted(tally.classes.items())
        ),
        confusion={_split_confusion_key(key): count for key, count in sorted(tally.confusion.items())},
        at_least=check.at_least,
        below_production=check.below_production,
        slices=tuple(_slices(check, tally)),
    )


def _slices(check: Accuracy, tally: GoldenTally) -> Iterator[SliceScore]:
    """Yield the score of each slice that has cases, or of which the suite asks for a share."""
    least = {short_label(name): share for name, share in check.slices.items()}
    for name in sorted(tally.slices.keys() | least.keys()):
        cases, right, production = tally.slices.get(name, (0, 0, 0))
        yield SliceScore(name, cases, right, production if tally.production_cases else None, least.get(name))


def judge(check: Accuracy, state: RunState) -> Judgement:
    """Return the verdict on the accuracy; cases without an answer count as wrong, unless they alone decide."""
    tally, measured = state.golden, figures(check, state.golden)
    if measured is None:
        reason = tally.reason or "There is no golden input whose right answer is known: add expected.csv."
        return Verdict.INCONCLUSIVE, reason
    found = measured.score
    said = (
        f"{found.right:,} of {found.cases:,} right ({percent(found.share)}, "
        f"95 % between {percent(found.low)} and {percent(found.high)})."
    )
    if shortfalls := _shortfalls(check, measured, 0, state):
        unsure = tally.unreachable and not _shortfalls(check, measured, tally.unreachable, state)
        sentence = f"{said} {' '.join(shortfalls)}{_without_prediction(tally)}"
        return Verdict.INCONCLUSIVE if unsure else Verdict.FAILED, sentence
    if tally.halted:
        verdict, silence = tally.halted
        return verdict, f"{said} {silence}"
    production = f" Production has {percent(measured.production.share)}." if measured.production else ""
    alone = f" {state.not_compared}" if check.below_production is not None and state.not_compared else ""
    return Verdict.PASSED, said + production + alone


def _shortfalls(check: Accuracy, measured: AccuracyFigures, more: int, state: RunState) -> list[str]:
    """Return a sentence for each limit that is fallen short of, even if so many more cases were right."""
    share, found = min(1.0, (measured.score.right + more) / measured.score.cases), []
    if check.at_least is not None and round(check.at_least - share, _DIGITS) > 0:
        found.append(f"At least {percent(check.at_least)} must be.")
    # The share of a production that was given up is one of other cases.
    if check.below_production is not None and measured.production and not state.not_compared:
        below = round(measured.production.share - share, _DIGITS)
        if below > check.below_production:
            theirs, allowed = percent(measured.production.share), check.below_production * 100
            found.append(
                f"Production has {theirs}: that is {below * 100:.1f} points more, and {allowed:g} are allowed."
            )
    return found + [sentence for each in measured.slices if (sentence := _slice_shortfall(each, more))]


def _slice_shortfall(score: SliceScore, more: int) -> str:
    """Return the sentence that a slice has too few right ones, even if so many more were; empty if it has enough."""
    if score.at_least is None:
        return ""
    name, least = shown(score.name), percent(score.at_least)
    if not score.cases:
        return "" if more else f"No case is in the slice {name}, of which at least {least} must be right."
    share = min(1.0, (score.right + more) / score.cases)
    if round(score.at_least - share, _DIGITS) <= 0:
        return ""
    return f"In the slice {name}, {score.right:,} of {score.cases:,} are right; at least {least} must be."


def _without_prediction(tally: GoldenTally) -> str:
    """Return sentences on how many cases got no answer, or no prediction; empty if all did."""
    silent = f" {tally.unreachable:,} got no answer: {tally.reason}" if tally.unreachable else ""
    if not tally.no_prediction:
        return silent
    return f"{silent} {counted(tally.no_prediction, 'answer')} had no prediction: {tally.no_prediction_reason}."


def _split_confusion_key(key: str) -> tuple[str, str]:
    """Return the expected and the predicted label, which are one key in the tally's confusion."""
    expected, _, predicted = key.partition(SEPARATOR)
    return expected, predicted
