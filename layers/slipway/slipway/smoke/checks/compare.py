"""Compare: the same inputs to production, and which predictions change."""

from __future__ import annotations

from slipway.models import Verdict
from slipway.models.formatting import counted, percent
from slipway.smoke.evidence import Judgement
from slipway.smoke.figures import Comparison, ReplayFigures
from slipway.smoke.measurements.replay_tally import ReplayTally
from slipway.smoke.running.state import RunState
from slipway.smoke.suite.definition import Compare

_DIGITS = 9  # decimal places


def figures(check: Compare, state: RunState) -> Comparison | None:
    """Return which predictions differ from production's, in the golden set's order; None if nothing was compared."""
    tally, replayed = state.golden, state.replay
    if not tally.compared:
        return None
    changes = (tally.changes[number] for number in sorted(tally.changes, key=int))
    changed = tally.compared - tally.agreed
    replay = ReplayFigures(replayed.found, replayed.asked, replayed.compared, replayed.agreed) if replayed.on else None
    return Comparison(tally.compared, tally.agreed, changed, tuple(changes), check.agreement, replay)


def judge(check: Compare, state: RunState) -> Judgement:
    """Return the verdict on how many predictions stay as in production; passed if there is none to compare with."""
    tally = state.golden
    if not tally.compared:
        if state.not_compared and not tally.halted:
            return Verdict.PASSED, state.not_compared
        return Verdict.INCONCLUSIVE, tally.reason or "There is no golden input to compare by."
    share = tally.agreed / tally.compared
    said = f"{tally.agreed:,} of {tally.compared:,} predictions stay what they are in production ({percent(share)})."
    said += _replayed(state.replay)
    if round(check.agreement - share, _DIGITS) > 0:
        return Verdict.FAILED, f"{said} At least {percent(check.agreement)} must."
    verdict, rest = tally.halted or (Verdict.PASSED, state.not_compared)
    return verdict, f"{said} {rest}".rstrip()


def _replayed(tally: ReplayTally) -> str:
    """Return what the sampled requests of production show, with a blank before it; empty if none are sampled.

    It decides nothing: strangers choose these requests, and nobody knows what is right.
    """
    if not tally.on:
        return ""
    if not tally.found:
        return " There are no sampled requests yet."
    said = f" Of {counted(tally.compared, 'sampled request')}, {tally.agreed:,} stay what they are, too"
    if tally.asked > tally.compared:
        said += f"; {tally.asked - tally.compared:,} more get no prediction in production"
    if tally.asked < tally.found:
        said += f"; {tally.found - tally.asked:,} were not asked, for want of time"
    return f"{said}."
