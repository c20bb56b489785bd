"""The pass that measures times: the same requests by turns to the build under test and to production."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import batched, islice, product

from slipway.errors import TooSlow, Unreachable
from slipway.models import HttpRequest
from slipway.smoke.measurements.statistics import Histogram
from slipway.smoke.measurements.tallies import LatencyTally
from slipway.smoke.running.context import RunContext
from slipway.smoke.running.request_builder import at_other_service
from slipway.smoke.running.state import RunState
from slipway.smoke.running.workers import Workers
from slipway.smoke.suite.definition import Latency

_TURN = 10  # requests for each that may be on its way at a time, before it is the other's turn
_PREPARED = 16 * 1024**2  # bytes of requests that are made before the clock runs


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two services: the requests that it gets, and what came of them."""

    requests: list[HttpRequest]
    histogram: Histogram
    tally: LatencyTally


async def measure_latency(context: RunContext, check: Latency, state: RunState, until: datetime) -> bool:
    """Send requests from the state's position on, and count their times; return whether all are done (or given up)."""
    tally, started, sent = state.latency, context.clock.now(), 0
    sides, workers = _sides(context, check, state), Workers(check.concurrency)

    async def send(side: _Side, number: int) -> None:
        """Send the request with a number to one side, and count its time."""
        state.position += 1
        if side is sides[0]:
            await _time(context, side, number, workers)
        elif state.asks_production:
            state.count_production(await _time(context, side, number, workers))

    turns = batched(range(check.requests if sides[0].requests else 0), _TURN * check.concurrency, strict=False)
    for turn, side in product(turns, sides):
        left = turn[max(state.position - sent, 0) :]
        sent += len(turn)
        await workers.for_each(iter(left), partial(send, side), lambda: context.is_past(until) or tally.gave_up)
        if state.position < sent:
            break
    tally.target = sides[0].histogram.buckets
    tally.production = sides[1].histogram.buckets if state.production_ready else {}
    tally.seconds += context.seconds_since(started)
    return state.position >= sent or tally.gave_up


def _sides(context: RunContext, check: Latency, state: RunState) -> list[_Side]:
    """Return the build under test, and production if it is ready, each with its requests and times."""
    tally = state.latency
    target = _Side(_requests(context, check), Histogram(tally.target), tally)
    if not state.production_ready:
        return [target]
    # The bodies are shared. What production fails at is shown by its figures, and judged by nobody.
    requests = [
        replace(request, url=at_other_service(request.url, context.url, context.production_url))
        for request in target.requests
    ]
    return [target, _Side(requests, Histogram(tally.production), LatencyTally())]


async def _time(context: RunContext, side: _Side, number: int, workers: Workers) -> str:
    """Send a request and count its time; return why there was no answer, empty if there was one."""
    request, tally = side.requests[number % len(side.requests)], side.tally
    tally.asked += 1
    try:
        with workers.sending(len(request.body)):
            answer = await context.http.send(request)
    except Unreachable as error:
        if isinstance(error, TooSlow):
            side.histogram.add(request.timeout * 1000)  # at the least
        tally.count_unanswered(error)
        return str(error)
    tally.consecutive_unanswered = 0
    if 200 <= answer.status < 300:
        side.histogram.add(answer.seconds * 1000)
    else:
        tally.not_2xx += 1
    return ""


def _requests(context: RunContext, check: Latency) -> list[HttpRequest]:
    """Return the requests of golden inputs, or else of the suite, built before: building them must not be measured."""
    builder, url = context.requests, context.url
    cases = islice(context.golden.cases(), check.requests)
    good = (one for one in context.suite.requests if all(200 <= status < 300 for status in one.expect.statuses))
    prepared = list(_limited(builder.for_case(case, url) for case in cases))
    return prepared or list(_limited(builder.for_request(request, url) for request in good))


def _limited(requests: Iterator[HttpRequest]) -> Iterator[HttpRequest]:
    """Yield requests until they are larger than 16 MiB together."""
    size = 0
    for request in requests:
        yield request
        size += len(request.body)
        if size > _PREPARED:
            return
