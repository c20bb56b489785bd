"""Requests: one request each, and the answer that it must get."""

from __future__ import annotations

from slipway.errors import TooSlow, Unreachable
from slipway.models import Verdict
from slipway.smoke.answers.mismatches import mismatches
from slipway.smoke.answers.time_limit import cpu_time_limit
from slipway.smoke.evidence import Judgement
from slipway.smoke.running.context import PAUSE, RunContext
from slipway.smoke.suite.requests import Request


async def judge(context: RunContext, request: Request) -> Judgement:
    """Return the verdict on a request of the suite, sent until its answer is right or no attempts are left."""
    started = context.clock.now()
    for attempt in range(1, request.attempts + 1):
        verdict, sentence = await _judge_once(context, request)
        if verdict is Verdict.PASSED or attempt == request.attempts or not context.has_time(started, request.timeout):
            break
        await context.clock.pause(PAUSE)
    return verdict, sentence + (f" (Attempt {attempt} of {request.attempts}.)" if attempt > 1 else "")


async def _judge_once(context: RunContext, request: Request) -> Judgement:
    """Return the verdict on a request that is sent once."""
    try:
        answer = await context.http.send(context.requests.for_request(request, context.url))
    except TooSlow as error:  # it is there, or it would not have been ready
        return Verdict.FAILED, str(error)
    except Unreachable as error:
        return Verdict.INCONCLUSIVE, str(error)
    with cpu_time_limit():
        wrong = mismatches(request.expect, answer)
    return (Verdict.FAILED, " ".join(wrong)) if wrong else (Verdict.PASSED, "As expected.")
