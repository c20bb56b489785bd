"""Ready: the service answers, and it is the release under test; nothing else is asked before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

from slipway.errors import Unreachable
from slipway.models import HttpRequest, Verdict
from slipway.smoke.checks import identity
from slipway.smoke.evidence import Judgement
from slipway.smoke.running.context import PAUSE, RunContext
from slipway.smoke.running.request_builder import address
from slipway.smoke.running.state import RunState

type Judgements = dict[Literal["ready", "identity"], Judgement]


async def wait(context: RunContext, state: RunState, until: datetime, save: Callable[[RunState], None]) -> bool:
    """Ask until the release under test is ready, or the suite's deadline or `until` is past; return whether it is.

    At the deadline, the last findings are kept, and the run has ended. At `until`, it goes on in another call.
    """
    ready, suite = context.suite.ready, context.suite
    deadline = state.started + timedelta(seconds=ready.deadline)
    if not context.checks_identity and context.no_identity not in state.warnings:
        state.warnings.append(context.no_identity)
    while True:
        judgements = await _judgements(context)
        passed = all(verdict is Verdict.PASSED for verdict, _ in judgements.values())
        if passed or context.is_past(deadline):
            break
        if context.is_past(until):
            return False
        state.position += 1
        save(state)
        await context.clock.pause(PAUSE)
    for kind, (verdict, sentence) in judgements.items():
        waited = "" if verdict is Verdict.PASSED else f" It stayed so for {ready.deadline:g} s."
        check = ready if kind == "ready" else suite.identity
        state.add_finding(kind, check, (verdict, sentence + waited), context.seconds_since(state.started))
    if not passed:
        state.begin("ended")
    return passed


async def judge(context: RunContext, url: str) -> Judgement:
    """Return whether a service is ready, by one request."""
    check = context.suite.ready
    request = HttpRequest("GET", address(url, check.path), timeout=identity.TIMEOUT, fresh_connection=True)
    try:
        answer = await context.http.send(request)
    except Unreachable as error:
        return Verdict.INCONCLUSIVE, str(error)
    if answer.status != check.status:
        return Verdict.INCONCLUSIVE, f"{check.path} answered {answer.status}, not {check.status}."
    return Verdict.PASSED, f"{check.path} answered {answer.status}."


async def _judgements(context: RunContext) -> Judgements:
    """Return whether the service is ready and, if so, whether it is the release under test."""
    judgements: Judgements = {"ready": await judge(context, context.url)}
    if judgements["ready"][0] is Verdict.PASSED and context.checks_identity:
        judgements["identity"] = await identity.judge(context)
    return judgements
