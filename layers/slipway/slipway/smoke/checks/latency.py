"""Latency: how long answers take, beside the budgets and beside production."""

from __future__ import annotations

from slipway.models import Verdict
from slipway.models.formatting import milliseconds
from slipway.smoke.checks.run_state import GIVE_UP, LatencyTally, State
from slipway.smoke.checks.statistics import Histogram
from slipway.smoke.evidence import Finding, LatencyFigures
from slipway.smoke.suite.definition import Latency

_BAD = 0.01  # the share of answers without a time that says enough

type Budgets = dict[str, float]


def figures(check: Latency, tally: LatencyTally) -> LatencyFigures | None:
    """Give the times; None if there are none."""
    if not tally.target:
        return None
    production = Histogram(tally.production).timing() if tally.production else None
    return LatencyFigures(Histogram(tally.target).timing(), production, check.concurrency, budgets(check))


def budgets(check: Latency) -> Budgets:
    """Give the budgets that are set."""
    named = {"p50": check.p50, "p95": check.p95, "p99": check.p99}
    return {name: budget for name, budget in named.items() if budget is not None}


def finding(check: Latency, state: State) -> Finding:
    """Say whether the times keep to the budgets."""
    tally = state.latency
    verdict, sentence = _judged(check, tally)
    tried = f" (Attempt {tally.attempt} of {check.attempts}.)" if tally.attempt > 1 else ""
    return Finding("latency", check.name, verdict, sentence + tried, tally.seconds, check.severity)


def missed(check: Latency, tally: LatencyTally) -> list[str]:
    """Say which budgets are missed."""
    measured = figures(check, tally)
    if measured is None:
        return []
    times = {name: getattr(measured.timing, name) for name in budgets(check)}
    return [
        f"{name} is {milliseconds(times[name])}, over its budget of {milliseconds(budget)}."
        for name, budget in budgets(check).items()
        if times[name] > budget
    ]


def _judged(check: Latency, tally: LatencyTally) -> tuple[Verdict, str]:
    measured = figures(check, tally)
    if tally.bad and tally.bad > _BAD * tally.asked:
        return Verdict.FAILED, f"{tally.bad:,} of {tally.asked:,} answers were no 2xx."
    if measured is None or tally.silent >= GIVE_UP:
        # Late is slow; of what does not answer at all, nobody knows how slow it is.
        verdict = Verdict.FAILED if tally.late >= GIVE_UP else Verdict.INCONCLUSIVE
        return verdict, tally.reason or "There is nothing to ask: add golden inputs, or requests."
    if wrong := missed(check, tally):
        return Verdict.FAILED, " ".join(wrong)
    for count, verdict in ((tally.late, Verdict.FAILED), (tally.lost, Verdict.INCONCLUSIVE)):
        if count > _BAD * tally.asked:
            return verdict, f"{count:,} of {tally.asked:,} requests got no answer: {tally.reason}"
    timing, beside = measured.timing, measured.production
    said = f"p50 {milliseconds(timing.p50)}, p95 {milliseconds(timing.p95)}, p99 {milliseconds(timing.p99)}"
    production = f"; production's p95 is {milliseconds(beside.p95)}" if beside else ""
    return Verdict.PASSED, f"{said}, {check.concurrency} at a time{production}."
