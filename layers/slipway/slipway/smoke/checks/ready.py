"""Ready: the service answers, and it is the release under test; nothing else is asked before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

from slipway.errors import Unreachable
from slipway.models import HttpRequest, Verdict
from slipway.smoke.checks import identity
from slipway.smoke.checks.context import PAUSE, Subject
from slipway.smoke.checks.identity import PATIENCE, Look
from slipway.smoke.checks.request_builder import address
from slipway.smoke.checks.run_state import State, Step
from slipway.smoke.evidence import Finding
from slipway.smoke.suite.definition import Identity, Ready

type Looks = dict[Literal["ready", "identity"], Look]


async def wait(subject: Subject, state: State, until: datetime, keep: Callable[[], None]) -> None:
    """Look until the release under test answers or the deadline is over; what was found last is what counts."""
    deadline = state.started + timedelta(seconds=subject.suite.ready.deadline)
    if subject.suite.identity.absent and subject.nameless not in state.warnings:
        state.warnings.append(subject.nameless)
    while True:
        looks = await _looks(subject)
        if all(verdict is Verdict.PASSED for verdict, _ in looks.values()):
            return _arrived(subject, state, looks, "requests")
        if subject.is_past(deadline):
            return _arrived(subject, state, looks, "ended")
        if subject.is_past(until):
            return None
        state.at += 1
        keep()
        await subject.clock.pause(PAUSE)


async def look(subject: Subject, url: str) -> Look:
    """Ask once whether a service is ready."""
    check = subject.suite.ready
    try:
        answer = await subject.http.send(HttpRequest("GET", address(url, check.path), timeout=PATIENCE, anew=True))
    except Unreachable as error:
        return Verdict.INCONCLUSIVE, str(error)
    if answer.status != check.status:
        return Verdict.INCONCLUSIVE, f"{check.path} answered {answer.status}, not {check.status}."
    return Verdict.PASSED, f"{check.path} answered {answer.status}."


async def _looks(subject: Subject) -> Looks:
    looks: Looks = {"ready": await look(subject, subject.url)}
    if looks["ready"][0] is Verdict.PASSED and not subject.suite.identity.absent:
        looks["identity"] = await identity.look(subject)
    return looks


def _arrived(subject: Subject, state: State, looks: Looks, step: Step) -> None:
    seconds = (subject.clock.now() - state.started).total_seconds()
    checks: dict[str, Ready | Identity] = {"ready": subject.suite.ready, "identity": subject.suite.identity}
    for kind, (verdict, sentence) in looks.items():
        waited = "" if verdict is Verdict.PASSED else f" It stayed so for {subject.suite.ready.deadline:g} s."
        name, severity = checks[kind].name, checks[kind].severity
        state.found(Finding(kind, name, verdict, sentence + waited, seconds, severity))
    state.go_on(step)
