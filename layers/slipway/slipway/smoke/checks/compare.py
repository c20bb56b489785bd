"""Compare: the same inputs to production, and which predictions change."""

from __future__ import annotations

from slipway.models import Verdict
from slipway.models.formatting import percent
from slipway.smoke.evidence import Judgement
from slipway.smoke.figures import Comparison
from slipway.smoke.measurements.golden_tally import GoldenTally
from slipway.smoke.running.state import RunState
from slipway.smoke.suite.definition import Compare

_DIGITS = 9  # decimal places


def figures(check: Compare, tally: GoldenTally) -> Comparison | None:
    """Return which predictions differ from production's, in the golden set's order; None if nothing was compared."""
    if not tally.compared:
        return None
    changes = (tally.changes[number] for number in sorted(tally.changes, key=int))
    changed = tally.compared - tally.agreed
    return Comparison(tally.compared, tally.agreed, changed, tuple(changes), check.agreement)


def judge(check: Compare, state: RunState) -> Judgement:
    """Return the verdict on how many predictions stay as in production; passed if there is none to compare with."""
    tally = state.golden
    if not tally.compared:
        if state.not_compared and not tally.halted:
            return Verdict.PASSED, state.not_compared
        return Verdict.INCONCLUSIVE, tally.reason or "There is no golden input to compare by."
    share = tally.agreed / tally.compared
    said = f"{tally.agreed:,} of {tally.compared:,} predictions stay what they are in production ({percent(share)})."
    if round(check.agreement - share, _DIGITS) > 0:
        return Verdict.FAILED, f"{said} At least {percent(check.agreement)} must."
    verdict, rest = tally.halted or (Verdict.PASSED, state.not_compared)
    return verdict, f"{said} {rest}".rstrip()
