"""The pass that measures times: the same requests by turns to the build under test and to production."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from slipway.errors import TooSlow, Unreachable
from slipway.models import HttpRequest
from slipway.smoke.checks.context import Subject
from slipway.smoke.checks.request_builder import moved
from slipway.smoke.checks.run_state import GIVE_UP, LatencyTally, State
from slipway.smoke.checks.statistics import Histogram
from slipway.smoke.passes.in_flight import Load
from slipway.smoke.suite.definition import Latency

_TURN = 10  # requests for each that may be on its way at a time, before it is the other's turn
_STOCK = 16 * 1024**2  # bytes of requests that are made before the clock runs


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two: what it is asked, and what came of it."""

    stock: list[HttpRequest]
    histogram: Histogram
    tally: LatencyTally


@dataclass(frozen=True, slots=True)
class _Turns:
    """Who gets which request: `length` for one side, as many for the other, until both had `requests`."""

    requests: int
    length: int
    sides: int

    @property
    def total(self) -> int:
        """The number of all requests."""
        return self.requests * self.sides

    def place(self, number: int) -> tuple[int, int, int]:
        """Give the side that request `number` of all is for, which one of its own that is, and where its turn ends."""
        lap, within = divmod(number, self.length * self.sides)
        size = min(self.length, self.requests - lap * self.length)
        side, rest = divmod(within, size)
        return side, lap * self.length + rest, number - rest + size


async def measure(subject: Subject, check: Latency, state: State, until: datetime) -> bool:
    """Ask from where the state stands on until it is time; tells whether that was the end."""
    tally, started = state.latency, subject.clock.now()
    sides = _sides(subject, check, state)
    turns, load = _Turns(check.requests, _TURN * check.concurrency, len(sides)), Load()

    def over() -> bool:
        return subject.is_past(until) or tally.silent >= GIVE_UP

    async def ask(number: int) -> None:
        state.at += 1
        side, own, _ = turns.place(number)
        if side == 0:
            await _time(subject, sides[0], own, load)
        elif state.asks_production:
            state.heard(await _time(subject, sides[1], own, load))

    while sides[0].stock and state.at < turns.total and not over():
        *_, end = turns.place(state.at)
        await subject.each(iter(range(state.at, end)), ask, check.concurrency, over, load)
    tally.target = sides[0].histogram.buckets
    tally.production = sides[-1].histogram.buckets if state.beside else {}
    tally.seconds += (subject.clock.now() - started).total_seconds()
    return not sides[0].stock or state.at >= turns.total or tally.silent >= GIVE_UP


def _sides(subject: Subject, check: Latency, state: State) -> list[_Side]:
    tally = state.latency
    target = _Side(_stock(subject, check), Histogram(tally.target), tally)
    if not state.beside:
        return [target]
    # The bodies are shared. What production fails at is shown by its figures, and judged by nobody.
    production = [replace(request, url=moved(request.url, subject.url, subject.production)) for request in target.stock]
    return [target, _Side(production, Histogram(tally.production), LatencyTally())]


async def _time(subject: Subject, side: _Side, number: int, load: Load) -> str:
    """Ask, and give the reason if nothing answers."""
    request, tally = side.stock[number % len(side.stock)], side.tally
    tally.asked += 1
    try:
        with load.carrying(len(request.body)):
            answer = await subject.http.send(request)
    except TooSlow as error:
        side.histogram.add(request.timeout * 1000)  # at the least
        tally.late += 1
        return _silent(tally, error)
    except Unreachable as error:
        tally.lost += 1
        return _silent(tally, error)
    tally.silent = 0
    if 200 <= answer.status < 300:
        side.histogram.add(answer.seconds * 1000)
    else:
        tally.bad += 1
    return ""


def _silent(tally: LatencyTally, error: Unreachable) -> str:
    tally.silent, tally.reason = tally.silent + 1, str(error)
    return tally.reason


def _stock(subject: Subject, check: Latency) -> list[HttpRequest]:
    """Make the requests of golden inputs, or else of the suite, beforehand: making them is not to be measured."""
    questions, url = subject.questions, subject.url
    cases = islice(subject.golden.cases(), check.requests)
    good = (one for one in subject.suite.requests if all(200 <= status < 300 for status in one.expect.statuses))
    stock = list(_limited(questions.of_case(case, url) for case in cases))
    return stock or list(_limited(questions.of_request(request, url) for request in good))


def _limited(requests: Iterator[HttpRequest]) -> Iterator[HttpRequest]:
    size = 0
    for request in requests:
        yield request
        size += len(request.body)
        if size > _STOCK:
            return
