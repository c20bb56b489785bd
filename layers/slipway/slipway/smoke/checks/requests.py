"""Requests: one question each, and the answer that it must get."""

from __future__ import annotations

from slipway.errors import TooSlow, Unreachable
from slipway.models import Verdict
from slipway.smoke.checks.context import PAUSE, Subject
from slipway.smoke.checks.matching import misses
from slipway.smoke.checks.time_limit import bounded
from slipway.smoke.evidence import Finding
from slipway.smoke.suite.definition import Request

type Judgement = tuple[Verdict, str]


async def judge(subject: Subject, request: Request) -> Finding:
    """Ask until the answer is right or there are no attempts left."""
    started = subject.clock.now()
    for attempt in range(1, request.attempts + 1):
        verdict, sentence = await once(subject, request)
        if verdict is Verdict.PASSED or attempt == request.attempts or not subject.has_time(started, request.timeout):
            break
        await subject.clock.pause(PAUSE)
    tried = f" (Attempt {attempt} of {request.attempts}.)" if attempt > 1 else ""
    seconds = (subject.clock.now() - started).total_seconds()
    return Finding("request", request.name, verdict, sentence + tried, seconds, request.severity)


async def once(subject: Subject, request: Request) -> Judgement:
    """Ask, and compare the answer with what is expected."""
    try:
        answer = await subject.http.send(subject.questions.of_request(request, subject.url))
    except TooSlow as error:  # it is there, or it would not have been ready
        return Verdict.FAILED, str(error)
    except Unreachable as error:
        return Verdict.INCONCLUSIVE, str(error)
    with bounded():
        wrong = misses(request.expect, answer)
    return (Verdict.FAILED, " ".join(wrong)) if wrong else (Verdict.PASSED, "As expected.")
