"""The pass over the golden set that accuracy, contract and compare share: each input is sent once to each service."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

from slipway.errors import TooSlow, Unreachable
from slipway.models import HttpAnswer, HttpRequest
from slipway.smoke.checks import contract, tally
from slipway.smoke.checks.context import Subject
from slipway.smoke.checks.request_builder import moved
from slipway.smoke.checks.run_state import GIVE_UP, State
from slipway.smoke.checks.time_limit import bounded
from slipway.smoke.passes.in_flight import Load
from slipway.smoke.suite.golden_set import Case, JsonInput

_PARSED = 20  # times its text is what a JSON document takes at most while it is an input

type Outcome = HttpAnswer | Unreachable


async def go_through(subject: Subject, state: State, until: datetime) -> bool:
    """Ask from where the state stands on until it is time; tells whether that was the end."""
    started, counted = subject.clock.now(), state.golden
    cases, load = enumerate(subject.golden.cases(state.at), state.at), Load()

    async def ask(numbered: tuple[int, Case]) -> None:
        state.at += 1
        request = subject.questions.of_case(numbered[1], subject.url)
        kept = _PARSED if isinstance(numbered[1].input, JsonInput) else 1
        with load.carrying(kept * len(request.body)):
            outcomes = await _outcomes(subject, state, request)
        with bounded():
            _count(subject, state, *numbered, *outcomes)

    def over() -> bool:
        return subject.is_past(until) or counted.silent >= GIVE_UP

    await subject.each(cases, ask, subject.suite.concurrency, over, load)
    counted.seconds += (subject.clock.now() - started).total_seconds()
    return counted.silent >= GIVE_UP or not subject.is_past(until)


def _count(subject: Subject, state: State, at: int, case: Case, outcome: Outcome, other: Outcome | None) -> None:
    suite, counted = subject.suite, state.golden
    counted.asked += 1
    if isinstance(outcome, Unreachable):
        _count_silence(state, outcome)
    else:
        counted.silent = 0
        if suite.contract and (sentence := contract.breach(suite.contract, outcome)):
            tally.breached(counted, case, sentence)
    theirs = tally.prediction(suite.predict, other)
    ours = tally.prediction(suite.predict, outcome, sure=theirs is not None)
    tally.score(counted, case, ours, theirs)
    if suite.compare and ours and theirs:
        tally.compare(counted, at, case, ours, theirs)
    if other is not None:
        counted.mute += theirs is None or theirs.failed
        state.heard(str(other) if isinstance(other, Unreachable) else "")


def _count_silence(state: State, error: Unreachable) -> None:
    state.golden.silent += 1
    state.golden.reason = str(error)
    # Late is wrong, not unknown: the suite says how long an answer may take.
    if isinstance(error, TooSlow):
        state.golden.late += 1
    else:
        state.golden.unanswered += 1


async def _outcomes(subject: Subject, state: State, request: HttpRequest) -> tuple[Outcome, Outcome | None]:
    ours = _outcome(subject, request)
    if not state.asks_production or not _compares(subject):
        return await ours, None
    theirs = replace(request, url=moved(request.url, subject.url, subject.production))
    return await asyncio.gather(ours, _outcome(subject, theirs))


def _compares(subject: Subject) -> bool:
    accuracy = subject.suite.accuracy
    return subject.suite.compare is not None or (accuracy is not None and accuracy.below_production is not None)


async def _outcome(subject: Subject, request: HttpRequest) -> Outcome:
    suite = subject.suite
    attempts = max(check.attempts for check in (suite.accuracy, suite.contract, suite.compare) if check)
    try:
        return await subject.ask(request, attempts)
    except Unreachable as error:
        return error
