"""The pass over sampled requests of production: what users asked is asked again, of the service and of production."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice

from slipway.errors import SamplesUnreadable, Unreachable
from slipway.models import HttpAnswer, HttpRequest
from slipway.smoke.answers.predictions import prediction
from slipway.smoke.answers.time_limit import cpu_time_limit
from slipway.smoke.running.context import RunContext
from slipway.smoke.running.request_builder import at_other_service
from slipway.smoke.running.state import RunState
from slipway.smoke.running.workers import Workers

MOST = 100  # requests
BUDGET = 60.0  # seconds for all of them
_LONGEST = 256 * 1024  # bytes of a line
_LINES = 1000  # looked at for those that are a request


async def replay_samples(context: RunContext, state: RunState, until: datetime) -> bool:
    """Send the sampled requests to both services, from the state's position on; return whether that is done.

    It is if there are no samples, or no production to compare with. At most MOST are sent, for at most BUDGET.
    """
    tally, samples = state.replay, context.samples
    if not samples or not context.suite.compare or not state.asks_production:
        return True
    try:
        bodies = list(islice(_bodies(samples.newest_first()), MOST))
    except SamplesUnreadable as error:
        state.warnings.append(str(error))
        return True
    tally.on, tally.found, started = True, len(bodies), context.clock.now()
    workers = Workers(context.suite.concurrency)

    async def send(body: bytes) -> None:
        """Send a request, and count the answers."""
        state.position += 1
        with workers.sending(len(body)):
            await _compare(context, state, context.requests.for_sample(body, context.url))

    left = iter(bodies[state.position :])  # samples that came meanwhile move the list: one may be asked twice
    await workers.for_each(left, send, lambda: context.is_past(until) or tally.given_up)
    tally.seconds += context.seconds_since(started)
    return state.position >= len(bodies) or tally.seconds >= BUDGET or tally.given_up


async def _compare(context: RunContext, state: RunState, request: HttpRequest) -> None:
    """Send a request to both, and count whether they predict the same."""
    predict = context.suite.predict
    theirs = replace(request, url=at_other_service(request.url, context.url, context.production_url))
    answers = await asyncio.gather(_answer(context, request), _answer(context, theirs))
    with cpu_time_limit():
        ours, production = (prediction(predict, answer, with_confidence=False) for answer in answers)
    state.replay.count(ours, production)


async def _answer(context: RunContext, request: HttpRequest) -> HttpAnswer | Unreachable:
    """Send a request, and return the answer, or the error in its place."""
    try:
        return await context.send(request, 1)
    except Unreachable as error:
        return error


def _bodies(contents: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the bodies of the samples in files, the last of each file first; what is no sample is left out."""
    lines = (line for content in contents for line in reversed(content.splitlines()))
    for line in islice(lines, _LINES):
        if body := _body(line):
            yield body


def _body(line: bytes) -> bytes:
    """Return the JSON body in a line, written anew; empty if the line is no sample.

    Strangers write the lines: they choose neither path nor headers, and nothing but JSON is sent.
    """
    try:
        sample = json.loads(line) if len(line) <= _LONGEST else None
        if isinstance(sample, dict) and list(sample) == ["input"] and isinstance(sample["input"], dict | list):
            return json.dumps(sample["input"], allow_nan=False).encode()
    except (ValueError, RecursionError):
        pass  # infinite numbers and NaN, too, which are no JSON
    return b""
