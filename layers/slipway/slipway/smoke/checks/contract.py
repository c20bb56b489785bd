"""Contract: answers keep to their schema, and what makes no sense is refused politely."""

from __future__ import annotations

from slipway.models import HttpAnswer, Verdict
from slipway.models.formatting import counted
from slipway.smoke.checks import requests
from slipway.smoke.checks.context import Subject
from slipway.smoke.checks.matching import NoJson, body_of
from slipway.smoke.checks.run_state import State
from slipway.smoke.checks.tally import halt
from slipway.smoke.evidence import Finding
from slipway.smoke.suite import schemas
from slipway.smoke.suite.definition import Contract, Request


async def ask_malformed(subject: Subject, state: State, request: Request) -> None:
    """Send a malformed request, and write down what is wrong with the answer."""
    found = await requests.judge(subject, request)
    if found.verdict is not Verdict.PASSED:
        told = state.malformed if found.verdict is Verdict.FAILED else state.lost
        told.append(f"{request.name}: {found.sentence}")


def breach(check: Contract, answer: HttpAnswer) -> str:
    """Say how the answer to a golden input breaks the contract; empty if it does not."""
    if check.schema is None:
        return ""
    kind = answer.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        return f"The answer's content-type is {kind or 'missing'}, not application/json."
    try:
        return schemas.miss(check.schema, body_of(answer))
    except NoJson as error:
        return str(error)


def finding(check: Contract, state: State) -> Finding:
    """Say what the malformed requests and the golden inputs have shown together."""
    tally = state.golden
    wrong = [*state.malformed, *tally.breaches]
    count = len(state.malformed) + tally.broken
    if wrong:
        more = f" And {count - 3} more." if count > 3 else ""
        return _finding(check, state, Verdict.FAILED, " ".join(wrong[:3]) + more)
    if state.lost:
        return _finding(check, state, Verdict.INCONCLUSIVE, state.lost[0])
    answered = tally.asked - tally.unanswered - tally.late
    if check.schema is not None and (stopped := halt(tally)):
        return _finding(check, state, *stopped)
    if check.schema is not None and not answered:
        return _finding(check, state, Verdict.INCONCLUSIVE, tally.reason or "There is no golden input to answer.")
    kept = [f"{counted(answered, 'answer')} kept to the schema"] if check.schema is not None else []
    refused = [f"{counted(len(check.malformed), 'malformed request')} refused"] if check.malformed else []
    return _finding(check, state, Verdict.PASSED, ", ".join([*kept, *refused]).capitalize() + ".")


def _finding(check: Contract, state: State, verdict: Verdict, sentence: str) -> Finding:
    return Finding("contract", check.name, verdict, sentence, state.golden.seconds, check.severity)
