"""Contract: answers keep to their schema, and malformed requests are refused politely."""

from __future__ import annotations

from slipway.models import HttpAnswer, Verdict
from slipway.models.formatting import counted
from slipway.models.text import shown
from slipway.smoke.answers.body import NoJson, json_body, media_type
from slipway.smoke.checks import requests
from slipway.smoke.evidence import Judgement
from slipway.smoke.running.context import RunContext
from slipway.smoke.running.state import RunState
from slipway.smoke.suite import schemas
from slipway.smoke.suite.definition import Contract
from slipway.smoke.suite.requests import Request


async def send_malformed(context: RunContext, state: RunState, request: Request) -> None:
    """Send a malformed request, and store in the state what is wrong with the answer, if anything."""
    verdict, sentence = await requests.judge(context, request)
    if verdict is not Verdict.PASSED:
        kept = state.malformed_failures if verdict is Verdict.FAILED else state.malformed_unreachable
        kept.append(f"{request.name}: {sentence}")


def violation(check: Contract, answer: HttpAnswer) -> str:
    """Return the sentence that the answer to a golden input breaks the contract; empty if it does not."""
    if check.schema is None:
        return ""
    kind = media_type(answer)
    if kind != "application/json" and not kind.endswith("+json"):
        return f"The answer's content-type is {shown(kind) or 'missing'}, not application/json."
    try:
        return schemas.miss(check.schema, json_body(answer))
    except NoJson as error:
        return str(error)


def judge(check: Contract, state: RunState) -> Judgement:
    """Return the verdict on the answers to malformed requests and golden inputs together."""
    tally = state.golden
    if wrong := [*state.malformed_failures, *tally.violations]:
        count = len(state.malformed_failures) + tally.violated
        return Verdict.FAILED, " ".join(wrong[:3]) + (f" And {count - 3} more." if count > 3 else "")
    if state.malformed_unreachable:
        return Verdict.INCONCLUSIVE, state.malformed_unreachable[0]
    kept = []
    if check.schema is not None:
        if tally.halted:
            return tally.halted
        answered = tally.asked - tally.unreachable - tally.timeouts
        if not answered:
            return Verdict.INCONCLUSIVE, tally.reason or "There is no golden input to answer."
        kept.append(f"{counted(answered, 'answer')} kept to the schema")
    if check.malformed:
        kept.append(f"{counted(len(check.malformed), 'malformed request')} refused")
    return Verdict.PASSED, ", ".join(kept).capitalize() + "."
