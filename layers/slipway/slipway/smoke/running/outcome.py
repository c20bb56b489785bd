"""What a run has found: the judgements on the golden set, and the evidence."""

from __future__ import annotations

from slipway.smoke.checks import accuracy, compare, contract, latency
from slipway.smoke.evidence import Evidence
from slipway.smoke.running.context import RunContext
from slipway.smoke.running.state import RunState
from slipway.smoke.suite.definition import Suite


def judge_golden_set(suite: Suite, state: RunState) -> None:
    """Add the findings of contract, accuracy and compare to the state: they share the golden set."""
    seconds = state.golden.seconds
    if suite.contract:
        state.add_finding("contract", suite.contract, contract.judge(suite.contract, state), seconds)
    if suite.accuracy:
        state.add_finding("accuracy", suite.accuracy, accuracy.judge(suite.accuracy, state), seconds)
    if suite.compare:
        state.add_finding("compare", suite.compare, compare.judge(suite.compare, state), seconds)


def evidence(context: RunContext, state: RunState, target: str) -> Evidence:
    """Return the evidence of a run on `target` (`staging` or `production`)."""
    suite = context.suite
    return Evidence(
        release=context.passport.get("release", ""),
        target=target,
        url=context.url,
        findings=tuple(state.findings),
        started_at=state.started,
        seconds=context.seconds_since(state.started),
        candidate=context.passport.get("candidate", ""),
        commit=context.passport.get("commit", ""),
        production=state.production_release,
        production_url=context.production_url if state.production_ready else "",
        warnings=tuple(state.warnings),
        accuracy=accuracy.figures(suite.accuracy, state.golden) if suite.accuracy else None,
        latency=latency.figures(suite.latency, state.latency) if suite.latency else None,
        comparison=compare.figures(suite.compare, state) if suite.compare else None,
    )
