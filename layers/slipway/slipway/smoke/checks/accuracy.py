"""Accuracy: enough of the golden set is right, and not much less than in production."""

from __future__ import annotations

from slipway.models import Verdict
from slipway.models.formatting import counted, percent
from slipway.smoke.checks.run_state import GoldenTally, State
from slipway.smoke.checks.statistics import score
from slipway.smoke.checks.tally import SEPARATOR, halt
from slipway.smoke.evidence import AccuracyFigures, ClassScore, Finding
from slipway.smoke.suite.definition import Accuracy

_EXACT = 9  # decimal places: 0.93 - 0.88 must not be more than 0.05


def figures(check: Accuracy, tally: GoldenTally) -> AccuracyFigures | None:
    """Give the figures of the golden set; None if nothing was judged."""
    if not tally.cases:
        return None
    beside = tally.production_cases > 0
    return AccuracyFigures(
        score=score(tally.right, tally.cases),
        production=score(tally.production_right, tally.production_cases) if beside else None,
        classes=tuple(
            ClassScore(label, cases, right, production if beside else None)
            for label, (cases, right, production) in sorted(tally.classes.items())
        ),
        confusion={_pair(key): count for key, count in sorted(tally.confusion.items())},
        at_least=check.at_least,
        below_production=check.below_production,
    )


def finding(check: Accuracy, state: State) -> Finding:
    """Say whether it is enough; cases without an answer count as wrong unless they alone decide."""
    measured, stopped = figures(check, state.golden), halt(state.golden)
    if measured is None:
        reason = state.golden.reason or "There is no golden input whose right answer is known: add expected.csv."
        return _finding(check, state, Verdict.INCONCLUSIVE, reason)
    found = measured.score
    said = f"{found.right:,} of {found.cases:,} right ({percent(found.share)}"
    said += f", 95 % between {percent(found.low)} and {percent(found.high)})."
    lost = state.golden.unanswered
    if wrong := _misses(check, measured, found.share, state):
        best = min(1.0, (found.right + lost) / found.cases)
        unsure = lost and not _misses(check, measured, best, state)
        sentence = f"{said} {' '.join(wrong)}{_wordless(state.golden)}"
        return _finding(check, state, Verdict.INCONCLUSIVE if unsure else Verdict.FAILED, sentence)
    if stopped:
        return _finding(check, state, stopped[0], f"{said} {stopped[1]}")
    return _finding(check, state, Verdict.PASSED, f"{said}{_beside(check, measured, state)}")


def _misses(check: Accuracy, measured: AccuracyFigures, share: float, state: State) -> list[str]:
    wrong = []
    if check.at_least is not None and round(check.at_least - share, _EXACT) > 0:
        wrong.append(f"At least {percent(check.at_least)} must be.")
    # Of a production that was given up, the share is one of other cases.
    if check.below_production is not None and measured.production and not state.no_production:
        below = round(measured.production.share - share, _EXACT)
        if below > check.below_production:
            theirs, allowed = percent(measured.production.share), check.below_production * 100
            wrong.append(
                f"Production has {theirs}: that is {below * 100:.1f} points more, and {allowed:g} are allowed."
            )
    return wrong


def _wordless(tally: GoldenTally) -> str:
    silent = f" {tally.unanswered:,} got no answer: {tally.reason}" if tally.unanswered else ""
    blank = f" {counted(tally.blank, 'answer')} had no prediction: {tally.blankness}." if tally.blank else ""
    return silent + blank


def _beside(check: Accuracy, measured: AccuracyFigures, state: State) -> str:
    theirs = f" Production has {percent(measured.production.share)}." if measured.production else ""
    return theirs + (f" {state.no_production}" if check.below_production is not None and state.no_production else "")


def _pair(key: str) -> tuple[str, str]:
    expected, _, predicted = key.partition(SEPARATOR)
    return expected, predicted


def _finding(check: Accuracy, state: State, verdict: Verdict, sentence: str) -> Finding:
    return Finding("accuracy", check.name, verdict, sentence, state.golden.seconds, check.severity)
