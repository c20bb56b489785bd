"""Accuracy: enough of the golden set is right, and not much less than in production."""

from __future__ import annotations

from slipway.models import Verdict
from slipway.models.formatting import counted, percent
from slipway.smoke.evidence import AccuracyFigures, ClassScore, Judgement
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
    )


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
    if shortfalls := _shortfalls(check, measured, found.share, state):
        best = min(1.0, (found.right + tally.unreachable) / found.cases)
        unsure = tally.unreachable and not _shortfalls(check, measured, best, state)
        sentence = f"{said} {' '.join(shortfalls)}{_without_prediction(tally)}"
        return Verdict.INCONCLUSIVE if unsure else Verdict.FAILED, sentence
    if tally.halted:
        verdict, silence = tally.halted
        return verdict, f"{said} {silence}"
    production = f" Production has {percent(measured.production.share)}." if measured.production else ""
    alone = f" {state.not_compared}" if check.below_production is not None and state.not_compared else ""
    return Verdict.PASSED, said + production + alone


def _shortfalls(check: Accuracy, measured: AccuracyFigures, share: float, state: RunState) -> list[str]:
    """Return a sentence for each limit that a share, 0 to 1, falls short of."""
    found = []
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
    return found


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
