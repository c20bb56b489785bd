"""Compare: the same inputs to production, and which predictions change."""

from __future__ import annotations

from slipway.models import Verdict
from slipway.models.formatting import percent
from slipway.smoke.checks.run_state import GoldenTally, State
from slipway.smoke.checks.tally import halt
from slipway.smoke.evidence import Change, Comparison, Finding
from slipway.smoke.suite.definition import Compare

_EXACT = 9  # decimal places


def figures(check: Compare, tally: GoldenTally) -> Comparison | None:
    """Give what changes for users; None if nothing was compared."""
    if not tally.compared:
        return None
    changes = sorted(tally.changes, key=lambda change: int(change["at"]))
    return Comparison(
        cases=tally.compared,
        agreed=tally.agreed,
        changed=tally.compared - tally.agreed,
        changes=tuple(Change(**{name: value for name, value in one.items() if name != "at"}) for one in changes),
        agreement=check.agreement,
    )


def finding(check: Compare, state: State) -> Finding:
    """Say how many predictions stay what they are; without a production there is nothing to fail."""
    tally = state.golden
    stopped = halt(tally)
    if not tally.compared:
        if state.no_production and not stopped:
            return _finding(check, state, Verdict.PASSED, state.no_production)
        reason = tally.reason or "There is no golden input to compare by."
        return _finding(check, state, Verdict.INCONCLUSIVE, reason)
    share = tally.agreed / tally.compared
    said = f"{tally.agreed:,} of {tally.compared:,} predictions stay what they are in production ({percent(share)})."
    if round(check.agreement - share, _EXACT) > 0:
        return _finding(check, state, Verdict.FAILED, f"{said} At least {percent(check.agreement)} must.")
    if stopped:
        return _finding(check, state, stopped[0], f"{said} {stopped[1]}")
    return _finding(check, state, Verdict.PASSED, f"{said} {state.no_production}".rstrip())


def _finding(check: Compare, state: State, verdict: Verdict, sentence: str) -> Finding:
    return Finding("compare", check.name, verdict, sentence, state.golden.seconds, check.severity)
