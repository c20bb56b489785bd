"""What a suite will do, in a few lines for its author."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from slipway.models.text import listed, shown
from slipway.smoke.suite.definition import Accuracy, Contract, Identity, Latency, Suite
from slipway.smoke.suite.golden_counts import GoldenCounts
from slipway.smoke.suite.requests import Check

REQUEST = 60  # seconds that all attempts of one request may take


def lines(suite: Suite, golden: GoldenCounts) -> Iterator[str]:
    """Yield a line for each thing that a suite does, in order."""
    yield f"ready      waits up to {suite.ready.deadline:g} s until {suite.ready.path} answers {suite.ready.status}"
    yield f"identity   {_identity_text(suite.identity)}"
    if suite.requests:
        yield f"requests   {_counted(len(suite.requests), 'request')}, each with its answer"
    if suite.contract:
        yield f"contract   {_contract_text(suite.contract)}{_severity_note(suite.contract)}"
    if golden.labels:
        yield f"golden set {_golden_text(suite, golden.labels)}"
    if suite.accuracy:
        yield f"accuracy   {_accuracy_text(suite.accuracy)}{_severity_note(suite.accuracy)}"
    if suite.compare:
        share = f"at least {_percent(suite.compare.agreement)} of production's predictions stay what they are"
        yield f"compare    {share}{_severity_note(suite.compare)}"
    if suite.latency:
        yield f"latency    {_latency_text(suite.latency)}{_severity_note(suite.latency)}"


def longest(suite: Suite) -> float:
    """Return how many seconds a suite may take, without its golden set, if its times are within their budgets.

    What its golden set takes, nobody knows before: whoever runs the suite has to end it.
    """
    contract, latency = suite.contract, suite.latency
    requests = (*suite.requests, *(contract.malformed if contract else ()))
    asked = sum(max(each.timeout, min(each.attempts * each.timeout, REQUEST)) for each in requests)
    measured = 0.0
    if latency:
        budget = max(one for one in (latency.p50, latency.p95, latency.p99) if one is not None)
        measured = latency.attempts * latency.requests * budget / 1000 / latency.concurrency
    return suite.ready.deadline + asked + measured


def too_long(suite: Suite, minutes: float) -> str:
    """Return the sentence that a suite may take more minutes than `minutes`; empty if it does not."""
    if (planned := longest(suite) / 60) <= minutes:
        return ""
    return (
        f"The suite may take {planned:,.0f} minutes and has {minutes:g} (the deadline of `ready`, the time-outs and "
        "attempts of its requests, and `latency`): shorten them, or have the operator raise SuiteMinutes."
    )


def golden_problems(suite: Suite, golden: GoldenCounts) -> Iterator[str]:
    """Yield a sentence for each check that the golden set is not enough for."""
    labels = golden.labels
    if (suite.accuracy or suite.compare) and not labels:
        lists = f"{suite.golden}/expected.csv (of files) or expected.jsonl (of rows and other documents)"
        yield f"`accuracy` and `compare` need a golden set: put its cases into {lists}."
    if suite.latency and not labels and not suite.requests:
        yield "`latency` has nothing to ask: add golden inputs, or requests that expect a 2xx."
    if suite.accuracy and set(labels) == {""}:
        yield "`accuracy` needs to know what is expected: fill the column `expected`."
    elif suite.accuracy and (missing := suite.accuracy.slices.keys() - golden.slices.keys()):
        yield f"`accuracy.slices` names {listed(sorted(missing))}, and no case has it in its column `slice`."


def _identity_text(identity: Identity) -> str:
    """Return, in words, how the identity is checked."""
    if identity.absent:
        return "is not checked: the service cannot tell which release it is, and the evidence will say so"
    if identity.deployment:
        return f"the deployed version runs, and the service answers, {identity.answers} times in a row"
    what = f"the header {identity.header}" if identity.header else identity.expression
    said = f"{what} is the {identity.member}" if what else "the whole passport is there"
    return f"{said} at {identity.path}, {identity.answers} times in a row"


def _contract_text(contract: Contract) -> str:
    """Return, in words, what the contract demands."""
    count = len(contract.malformed)
    schema = ["every answer satisfies the schema"] if contract.schema else []
    refused = [f"{_counted(count, 'malformed request')} must be refused with a 4xx"] if count else []
    return ", ".join(schema + refused) or "nothing is checked"


def _golden_text(suite: Suite, labels: Counter[str]) -> str:
    """Return, in words, how large the golden set is, and how it is asked."""
    classes = len(labels.keys() - {""})
    unknown = f", {labels['']:,} of them without an answer" if labels[""] else ""
    asked = f"{suite.predict.method} {suite.predict.path}, {suite.concurrency} at a time"
    return f"{_counted(labels.total(), 'case')} of {_counted(classes, 'class', 'classes')}{unknown}: {asked}"


def _accuracy_text(accuracy: Accuracy) -> str:
    """Return, in words, what accuracy is demanded."""
    least = [] if accuracy.at_least is None else [f"at least {_percent(accuracy.at_least)} are right"]
    slices = [f"{_percent(share)} in {shown(name)}" for name, share in accuracy.slices.items()]
    below = accuracy.below_production
    below_text = [] if below is None else [f"at most {100 * below:g} points fewer than in production"]
    return ", ".join(least + slices + below_text)


def _latency_text(latency: Latency) -> str:
    """Return, in words, which budgets the times have, and how they are measured."""
    budgets = [
        f"{name} at most {budget:g} ms"
        for name, budget in (("p50", latency.p50), ("p95", latency.p95), ("p99", latency.p99))
        if budget is not None
    ]
    return f"{', '.join(budgets)}: {latency.requests:,} requests, {latency.concurrency} at a time"


def _severity_note(check: Check) -> str:
    """Return the remark that a check does not decide; empty if it does."""
    return " (should: only told)" if check.severity == "should" else ""


def _counted(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun, in the plural unless it is one."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def _percent(share: float) -> str:
    return f"{100 * share:g} %"
