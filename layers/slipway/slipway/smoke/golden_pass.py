"""The pass over the golden set that accuracy, contract and compare share: each input is sent once to each service."""

from __future__ import annotations

import asyncio
from datetime import datetime

from slipway.errors import TooSlow, Unreachable
from slipway.models import HttpAnswer
from slipway.smoke import tally
from slipway.smoke.checks import contract
from slipway.smoke.golden import Case
from slipway.smoke.state import GIVE_UP, State
from slipway.smoke.subject import Subject

type Outcome = HttpAnswer | Unreachable


async def go_through(subject: Subject, state: State, until: datetime) -> bool:
    """Ask from where the state stands on until it is time; tells whether that was the end."""
    started, counted = subject.clock.now(), state.golden
    cases = enumerate(subject.golden.cases(state.at), state.at)

    async def ask(numbered: tuple[int, Case]) -> None:
        state.at += 1
        await _ask(subject, state, *numbered)

    def over() -> bool:
        return subject.is_past(until) or counted.silent >= GIVE_UP

    await subject.each(cases, ask, subject.suite.concurrency, over)
    counted.seconds += (subject.clock.now() - started).total_seconds()
    return counted.silent >= GIVE_UP or not subject.is_past(until)


async def _ask(subject: Subject, state: State, at: int, case: Case) -> None:
    suite, counted = subject.suite, state.golden
    outcome, other = await _outcomes(subject, state, case)
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
    counted.mute += other is not None and theirs is None


def _count_silence(state: State, error: Unreachable) -> None:
    state.golden.silent += 1
    state.golden.reason = str(error)
    # Late is wrong, not unknown: the suite says how long an answer may take.
    if isinstance(error, TooSlow):
        state.golden.late += 1
    else:
        state.golden.unanswered += 1


async def _outcomes(subject: Subject, state: State, case: Case) -> tuple[Outcome, Outcome | None]:
    ours = _outcome(subject, case, subject.url)
    if not state.beside or not _compares(subject):
        return await ours, None
    return await asyncio.gather(ours, _outcome(subject, case, subject.production))


def _compares(subject: Subject) -> bool:
    accuracy = subject.suite.accuracy
    return subject.suite.compare is not None or (accuracy is not None and accuracy.below_production is not None)


async def _outcome(subject: Subject, case: Case, url: str) -> Outcome:
    suite = subject.suite
    attempts = max(check.attempts for check in (suite.accuracy, suite.contract, suite.compare) if check)
    try:
        return await subject.ask(subject.questions.of_case(case, url), attempts)
    except Unreachable as error:
        return error
