"""The pass over the golden set that accuracy, contract and compare share: each input is sent once to each service."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

from slipway.errors import Unreachable
from slipway.models import HttpAnswer, HttpRequest
from slipway.smoke.answers.predictions import prediction
from slipway.smoke.answers.time_limit import cpu_time_limit
from slipway.smoke.checks import contract
from slipway.smoke.running.context import RunContext
from slipway.smoke.running.request_builder import at_other_service
from slipway.smoke.running.state import RunState
from slipway.smoke.running.workers import Workers
from slipway.smoke.suite.golden_set import Case, JsonInput

_PARSED = 20  # times its text is what a JSON document takes at most while it is an input

type Outcome = HttpAnswer | Unreachable


async def send_golden_set(context: RunContext, state: RunState, until: datetime) -> bool:
    """Send the golden inputs from the state's position on, and count the answers; return whether it is complete.

    It is not if the time was over; it is if the service stopped answering.
    """
    started, tally = context.clock.now(), state.golden
    cases, workers = enumerate(context.golden.cases(state.position), state.position), Workers(context.suite.concurrency)

    async def send(numbered: tuple[int, Case]) -> None:
        """Send one case, by its number, and count the answers."""
        state.position += 1
        number, case = numbered
        request = context.requests.for_case(case, context.url)
        copies = _PARSED if isinstance(case.input, JsonInput) else 1
        with workers.sending(copies * len(request.body)):
            outcomes = await _outcomes(context, state, request)
        with cpu_time_limit():
            _count(context, state, number, case, *outcomes)

    await workers.for_each(cases, send, lambda: context.is_past(until) or tally.gave_up)
    tally.seconds += context.seconds_since(started)
    return tally.gave_up or not context.is_past(until)


def _count(
    context: RunContext, state: RunState, number: int, case: Case, outcome: Outcome, production: Outcome | None
) -> None:
    """Add the answers to a case, the service's and production's if it was asked, to the tally."""
    suite, tally = context.suite, state.golden
    tally.asked += 1
    if isinstance(outcome, Unreachable):
        tally.count_unanswered(outcome)
    else:
        tally.consecutive_unanswered = 0
        if suite.contract and (sentence := contract.violation(suite.contract, outcome)):
            tally.count_violation(case, sentence)
    theirs = prediction(suite.predict, production)
    ours = prediction(suite.predict, outcome, with_confidence=theirs is not None)
    tally.count_score(case, ours, theirs)
    if suite.compare and ours and theirs:
        tally.count_comparison(number, case, ours, theirs)
    if production is not None:
        tally.production_unusable += theirs is None or theirs.failed
        state.count_production(str(production) if isinstance(production, Unreachable) else "")


async def _outcomes(context: RunContext, state: RunState, request: HttpRequest) -> tuple[Outcome, Outcome | None]:
    """Send a request to the service and, if needed, to production; return the answers, or errors in their place."""
    ours = _outcome(context, request)
    accuracy = context.suite.accuracy
    compares = context.suite.compare or (accuracy and accuracy.below_production is not None)
    if not state.asks_production or not compares:
        return await ours, None
    theirs = replace(request, url=at_other_service(request.url, context.url, context.production_url))
    return await asyncio.gather(ours, _outcome(context, theirs))


async def _outcome(context: RunContext, request: HttpRequest) -> Outcome:
    """Send a request, and return the answer, or the error in its place."""
    suite = context.suite
    attempts = max(check.attempts for check in (suite.accuracy, suite.contract, suite.compare) if check)
    try:
        return await context.send(request, attempts)
    except Unreachable as error:
        return error
