"""Latency: how long answers take, beside the budgets and beside production."""

from __future__ import annotations

from slipway.models import Verdict
from slipway.models.formatting import milliseconds
from slipway.smoke.evidence import Judgement
from slipway.smoke.figures import LatencyFigures
from slipway.smoke.measurements.statistics import Histogram
from slipway.smoke.measurements.tallies import LatencyTally
from slipway.smoke.suite.definition import Latency

_TOLERATED = 0.01  # the share of requests that may have no time


def figures(check: Latency, tally: LatencyTally) -> LatencyFigures | None:
    """Return the measured times, beside the budgets; None if nothing was measured."""
    if not tally.target:
        return None
    production = Histogram(tally.production).timing() if tally.production else None
    named = {"p50": check.p50, "p95": check.p95, "p99": check.p99}
    budgets = {name: budget for name, budget in named.items() if budget is not None}
    return LatencyFigures(Histogram(tally.target).timing(), production, check.concurrency, budgets)


def over_budget(check: Latency, tally: LatencyTally) -> list[str]:
    """Return a sentence for each budget that is exceeded."""
    if (measured := figures(check, tally)) is None:
        return []
    times = {name: getattr(measured.timing, name) for name in measured.budgets}
    return [
        f"{name} is {milliseconds(times[name])}, over its budget of {milliseconds(budget)}."
        for name, budget in measured.budgets.items()
        if times[name] > budget
    ]


def judge(check: Latency, tally: LatencyTally) -> Judgement:
    """Return the verdict on the times, with the attempt if it was not the first."""
    verdict, sentence = _judge(check, tally)
    return verdict, sentence + (f" (Attempt {tally.attempt} of {check.attempts}.)" if tally.attempt > 1 else "")


def _judge(check: Latency, tally: LatencyTally) -> Judgement:
    """Return the verdict on the times."""
    measured, tolerated = figures(check, tally), _TOLERATED * tally.asked
    if tally.not_2xx and tally.not_2xx > tolerated:
        return Verdict.FAILED, f"{tally.not_2xx:,} of {tally.asked:,} answers were no 2xx."
    if measured is None or tally.gave_up:
        return tally.verdict_on_giving_up, tally.reason or "There is nothing to ask: add golden inputs, or requests."
    if wrong := over_budget(check, tally):
        return Verdict.FAILED, " ".join(wrong)
    for count, verdict in ((tally.timeouts, Verdict.FAILED), (tally.unreachable, Verdict.INCONCLUSIVE)):
        if count > tolerated:
            return verdict, f"{count:,} of {tally.asked:,} requests got no answer: {tally.reason}"
    timing, production = measured.timing, measured.production
    said = f"p50 {milliseconds(timing.p50)}, p95 {milliseconds(timing.p95)}, p99 {milliseconds(timing.p99)}"
    beside = f"; production's p95 is {milliseconds(production.p95)}" if production else ""
    return Verdict.PASSED, f"{said}, {check.concurrency} at a time{beside}."
