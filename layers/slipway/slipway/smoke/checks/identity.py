"""Identity: the release under test is what answers."""

from __future__ import annotations

from slipway.errors import Unreachable
from slipway.models import HttpAnswer, HttpRequest, Json, Verdict
from slipway.models.text import shown as plain
from slipway.smoke.checks.context import Subject
from slipway.smoke.checks.matching import NoJson, body_of, same, search, shown
from slipway.smoke.checks.request_builder import address
from slipway.smoke.checks.time_limit import bounded
from slipway.smoke.suite.definition import Identity

PATIENCE = 5.0  # seconds for one look

type Look = tuple[Verdict, str]


async def look(subject: Subject) -> Look:
    """Ask so many times in a row which release answers; the first that is another one ends it."""
    wanted = subject.suite.identity
    seen = ""
    for number in range(1, wanted.answers + 1):
        verdict, sentence = await _once(subject)
        if verdict is not Verdict.PASSED:
            some = f" {subject.passport['release']} answered before it: not all instances are new." if seen else ""
            return verdict, sentence + some
        seen = f"{sentence} {_times(number)}."
    return Verdict.PASSED, seen or "Nothing was asked."


async def release_at(subject: Subject, url: str) -> str:
    """Give the release that a service says it is; empty if it does not say."""
    check = subject.suite.identity
    if check.absent or check.member != "release":
        return ""
    try:
        answer = await subject.http.send(HttpRequest("GET", address(url, check.path), timeout=PATIENCE, anew=True))
        with bounded():
            return _said(_served(check, answer).get("release", ""))
    except (Unreachable, NoJson):
        return ""


async def _once(subject: Subject) -> Look:
    check = subject.suite.identity
    request = HttpRequest("GET", address(subject.url, check.path), timeout=PATIENCE, anew=True)
    try:
        answer = await subject.http.send(request)
        if answer.status >= 500:
            return Verdict.INCONCLUSIVE, f"{check.path} answered {answer.status}."
        with bounded():
            return _judged(subject.passport, check, answer)
    except Unreachable as error:
        return Verdict.INCONCLUSIVE, str(error)
    except NoJson:
        return (
            Verdict.FAILED,
            f"{check.path} answered {answer.status} and no JSON: it does not say which release it is.",
        )


def _judged(passport: Json, check: Identity, answer: HttpAnswer) -> Look:
    served = _served(check, answer)
    expected = _expected(passport, check)
    if check.member in expected and expected[check.member] is None:
        return Verdict.FAILED, f"The passport has no {check.member}: correct identity.member."
    wrong = [name for name, value in expected.items() if not same(served.get(name), value)]
    if not wrong:
        return Verdict.PASSED, f"{_said(served.get(check.member)) or passport['release']} answers"
    other, ours = served.get(check.member), expected.get(check.member)
    if other is None:
        return Verdict.FAILED, f"{check.path} does not say which {check.member} it is: there is no {_place(check)}."
    if not same(other, ours):
        return Verdict.FAILED, f"{_said(other)} answers, not {_said(ours)}."
    return Verdict.FAILED, f"{_said(other)} answers, but its {', '.join(wrong)} differ from what was built."


def _expected(passport: Json, check: Identity) -> Json:
    return {check.member: passport.get(check.member)} if check.expression or check.header else passport


def _served(check: Identity, answer: HttpAnswer) -> Json:
    if check.header:
        return {check.member: answer.headers.get(check.header.lower())}
    body = body_of(answer)
    if check.expression:
        return {check.member: search(check.expression, body)}
    return body if isinstance(body, dict) else {}


def _place(check: Identity) -> str:
    return f"header {check.header}" if check.header else f"{check.expression or check.member} in its JSON"


def _said(value: object) -> str:
    return plain(value) if isinstance(value, str) else "" if value is None else shown(value)


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times in a row"
