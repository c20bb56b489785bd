"""Identity: the release under test is what answers."""

from __future__ import annotations

from slipway.errors import Unreachable
from slipway.models import HttpAnswer, HttpRequest, Json, Verdict
from slipway.models.text import shown
from slipway.smoke.answers.body import NoJson, json_body, json_text, search
from slipway.smoke.answers.mismatches import same_json
from slipway.smoke.answers.time_limit import cpu_time_limit
from slipway.smoke.evidence import Judgement
from slipway.smoke.running.context import RunContext
from slipway.smoke.running.request_builder import address
from slipway.smoke.suite.definition import Identity

TIMEOUT = 5.0  # seconds


async def judge(context: RunContext) -> Judgement:
    """Return whether the release under test answers: by several requests in a row, or by what Beanstalk runs."""
    if context.suite.identity.deployment:
        return await _judge_deployment(context)
    seen = ""
    for number in range(1, context.suite.identity.answers + 1):
        verdict, sentence = await _judge_once(context)
        if verdict is not Verdict.PASSED:
            some = f" {context.passport['release']} answered before it: not all instances are new." if seen else ""
            return verdict, sentence + some
        seen = f"{sentence} once." if number == 1 else f"{sentence} {number} times in a row."
    return Verdict.PASSED, seen or "Nothing was asked."


async def release_at(context: RunContext, url: str) -> str:
    """Return the release that the service at a URL says it is; empty if it does not say."""
    check = context.suite.identity
    if check.absent or check.deployment or check.member != "release":
        return ""
    try:
        answer = await _ask(context, url)
        with cpu_time_limit():
            return _text(_served_identity(check, answer).get("release", ""))
    except (Unreachable, NoJson):
        return ""


async def _ask(context: RunContext, url: str) -> HttpAnswer:
    """Send a request for a service's identity; raises Unreachable."""
    whole = address(url, context.suite.identity.path)
    return await context.http.send(HttpRequest("GET", whole, timeout=TIMEOUT, fresh_connection=True))


async def _judge_deployment(context: RunContext) -> Judgement:
    """See whether Elastic Beanstalk runs the version that was deployed, and the service answers, several times."""
    assert context.deployed
    ready, answers = context.suite.ready, context.suite.identity.answers
    for _ in range(answers):
        found = context.deployed()
        state = (
            f"{found.label or 'No version'} is deployed, {found.status or 'gone'}, health {found.health or 'unknown'}"
        )
        if found.label != context.version:
            return Verdict.FAILED, f"{state}: it is not {context.version or 'what was deployed'}."
        if not found.is_steady:
            return Verdict.INCONCLUSIVE, f"{state}."
        request = HttpRequest("GET", address(context.url, ready.path), timeout=TIMEOUT, fresh_connection=True)
        try:
            status = (await context.http.send(request)).status
        except Unreachable as error:
            return Verdict.INCONCLUSIVE, str(error)
        if status != ready.status:
            return Verdict.INCONCLUSIVE, f"{ready.path} answered {status}, not {ready.status}."
    times = "once" if answers == 1 else f"{answers} times in a row"
    return Verdict.PASSED, f"By its deployment, not by the service's own word: {state}, and it answered {times}."


async def _judge_once(context: RunContext) -> Judgement:
    """Return whether one request was answered by the release under test."""
    check = context.suite.identity
    try:
        answer = await _ask(context, context.url)
        if answer.status >= 500:
            return Verdict.INCONCLUSIVE, f"{check.path} answered {answer.status}."
        with cpu_time_limit():
            return _compare(context.passport, check, _served_identity(check, answer))
    except Unreachable as error:
        return Verdict.INCONCLUSIVE, str(error)
    except NoJson:
        no_json = f"{check.path} answered {answer.status} and no JSON: it does not say which release it is."
        return Verdict.FAILED, no_json


def _compare(passport: Json, check: Identity, served: Json) -> Judgement:
    """Return the verdict on what a service says it is, beside the passport."""
    expected = {check.member: passport.get(check.member)} if check.expression or check.header else passport
    if check.member in expected and expected[check.member] is None:
        return Verdict.FAILED, f"The passport has no {check.member}: correct identity.member."
    wrong = [name for name, value in expected.items() if not same_json(served.get(name), value)]
    if not wrong:
        return Verdict.PASSED, f"{_text(served.get(check.member)) or passport['release']} answers"
    other, ours = served.get(check.member), expected.get(check.member)
    if other is None:
        place = f"header {check.header}" if check.header else f"{check.expression or check.member} in its JSON"
        return Verdict.FAILED, f"{check.path} does not say which {check.member} it is: there is no {place}."
    if not same_json(other, ours):
        return Verdict.FAILED, f"{_text(other)} answers, not {_text(ours)}."
    return Verdict.FAILED, f"{_text(other)} answers, but its {', '.join(wrong)} differ from what was built."


def _served_identity(check: Identity, answer: HttpAnswer) -> Json:
    """Return what a service says it is: the member that the suite names, or the whole JSON; raises NoJson."""
    if check.header:
        return {check.member: answer.headers.get(check.header.lower())}
    body = json_body(answer)
    if check.expression:
        return {check.member: search(check.expression, body)}
    return body if isinstance(body, dict) else {}


def _text(value: object) -> str:
    """Return a value in words; empty for None."""
    return shown(value) if isinstance(value, str) else "" if value is None else json_text(value)
