"""Evidence as suites leave it, made up: enough for every part of a report."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from math import ceil, exp, log, sqrt
from random import Random

from slipway.models import Verdict
from slipway.smoke.evidence import Evidence, Finding
from slipway.smoke.figures import (
    AccuracyFigures,
    Change,
    ClassScore,
    Comparison,
    LatencyFigures,
    ReplayFigures,
    Score,
    Timing,
)

PASSED, FAILED, INCONCLUSIVE = Verdict.PASSED, Verdict.FAILED, Verdict.INCONCLUSIVE
PIXEL = "data:image/png;base64,iVBORw0KGgo="
FINDINGS = (
    Finding("ready", "ready", PASSED, "/health answered 200 after 14 s.", 14.2),
    Finding("identity", "identity", PASSED, "digits-r12 answered 3 times in a row.", 0.031),
    Finding("request", "reads a seven", PASSED, "As expected.", 0.012),
    Finding("request", "refuses what is no picture", PASSED, "As expected.", 0.004),
    Finding("contract", "contract", PASSED, "100 answers and 3 malformed requests kept to it.", 0.9),
    Finding("accuracy", "accuracy", PASSED, "97 of 100 are right.", 1.3),
    Finding("latency", "latency", PASSED, "p95 is 10.5 ms, within 300 ms.", 1.2),
    Finding("compare", "compare", PASSED, "97 of 100 predictions agree with production's.", 1.3),
)


def score(right: int, cases: int) -> Score:
    """Make a score with about the interval that it has."""
    share = right / cases
    margin = 1.96 * sqrt(max(share * (1 - share), 0.01) / cases)
    return Score(right, cases, max(0, share - margin), min(1, share + margin))


def timing(middle: float, spread: float, requests: int = 100, seed: int = 7) -> Timing:
    """Make log-normal times in milliseconds, kept in buckets that are 5 % wide."""
    random = Random(seed)
    times = sorted(middle * exp(random.gauss(0, spread)) for _ in range(requests))
    buckets = Counter(ceil(log(time) / log(1.05)) for time in times)
    histogram = tuple((1.05**bucket, buckets[bucket]) for bucket in sorted(buckets))
    p50, p95, p99 = (times[ceil(requests * share) - 1] for share in (0.5, 0.95, 0.99))
    return Timing(requests, p50, p95, p99, histogram)


def accuracy(wrong: dict[tuple[str, str], int], production: int | None = 95, labels: int = 10) -> AccuracyFigures:
    """Make ten cases of every class; `wrong` counts the mistakes, `production` its right answers."""
    names = [str(number) for number in range(labels)]
    missed = Counter[str]()
    for (expected, _), count in wrong.items():
        missed[expected] += count
    spread = [None if production is None else min(10, 9 + (number % 2)) for number in range(labels)]
    classes = tuple(ClassScore(name, 10, 10 - missed[name], there) for name, there in zip(names, spread, strict=True))
    confusion = wrong | {(name, name): 10 - missed[name] for name in names if missed[name] < 10}
    beside = None if production is None else score(production, 10 * labels)
    return AccuracyFigures(score(10 * labels - missed.total(), 10 * labels), beside, classes, confusion, 0.9, 0.02)


def changes(count: int, picture: str = PIXEL) -> tuple[Change, ...]:
    """Make changed predictions of every kind."""
    random = Random(count)
    made = []
    for number in range(count):
        before, after = random.sample("0123456789", 2)
        expected = (after, before, after, "", "5")[number % 5]
        made.append(Change(f"golden/{number:04}.png", expected, before, after, 0.51, random.random(), picture))
    return tuple(made)


def passed() -> Evidence:
    """Make what a good release with three changed predictions leaves."""
    return Evidence(
        release="digits-r12",
        target="staging",
        url="http://staging.example.com",
        findings=FINDINGS,
        started_at=datetime(2026, 11, 22, 18, 9, 12, tzinfo=UTC),
        seconds=19.4,
        candidate="digits-7f3c1e9a2b4d",
        commit="4b94a01c7d2e4b94a01c7d2e4b94a01c7d2e4b94",
        production="digits-r11",
        production_url="http://production.example.com",
        accuracy=accuracy({("8", "1"): 1, ("9", "3"): 2}),
        latency=LatencyFigures(timing(8.1, 0.2), timing(8.6, 0.25, seed=8), 1, {"p95": 300.0}),
        comparison=Comparison(100, 97, 3, changes(3), 0.9, ReplayFigures(90, 88, 80, 78)),
    )


def with_finding(evidence: Evidence, kind: str, verdict: Verdict, sentence: str) -> Evidence:
    """Give the findings of a kind another verdict."""
    findings = [
        replace(finding, verdict=verdict, sentence=sentence) if finding.kind == kind else finding
        for finding in evidence.findings
    ]
    return replace(evidence, findings=tuple(findings))


def worse() -> Evidence:
    """Make what a release with shuffled labels leaves: 200 listed of 914 changed predictions."""
    wrong = {(str(n), str((n * 3 + 1) % 10)): 6 for n in range(10) if (n * 3 + 1) % 10 != n}
    wrong |= {(str(n), str((n + 5) % 10)): 3 for n in range(10) if (n + 5) % 10 != (n * 3 + 1) % 10}
    evidence = replace(
        passed(), accuracy=accuracy(wrong), comparison=Comparison(1000, 86, 914, changes(200), 0.9), seconds=151.3
    )
    evidence = with_finding(
        evidence,
        "accuracy",
        FAILED,
        "16 of 100 are right (16.0 %), fewer than 90.0 %, and less than production's 95.0 %.",
    )
    return with_finding(
        evidence, "compare", FAILED, "86 of 1,000 predictions agree with production's (8.6 %), fewer than 90.0 %."
    )


def slow() -> Evidence:
    """Make what a slow release leaves."""
    figures = LatencyFigures(
        timing(520, 0.15), timing(8.6, 0.25, seed=8), 4, {"p50": 100.0, "p95": 300.0, "p99": 500.0}
    )
    evidence = replace(passed(), latency=figures, comparison=Comparison(100, 100, 0, (), 0.9))
    return with_finding(evidence, "latency", FAILED, f"p95 is {figures.timing.p95:.0f} ms, over 300 ms.")


def inconclusive() -> Evidence:
    """Make what a service leaves that never answered."""
    sentence = "Nothing answered within 120 s; at last: staging.example.com refused the connection."
    return Evidence(
        release="digits-r13",
        target="staging",
        url="http://staging.example.com",
        findings=(Finding("ready", "ready", INCONCLUSIVE, sentence, 120.3),),
        started_at=datetime(2026, 11, 22, 18, 9, 12, tzinfo=UTC),
        seconds=120.3,
        candidate="digits-0f9c1e9a2b4d",
        commit="4b94a01c7d2e4b94a01c7d2e4b94a01c7d2e4b94",
    )


def first() -> Evidence:
    """Make what a first release leaves: there is no production, and the service cannot tell which release it is."""
    made = passed()
    assert made.latency
    evidence = replace(
        made,
        production="",
        production_url="",
        accuracy=accuracy({("8", "1"): 1, ("9", "3"): 2}, None),
        latency=replace(made.latency, production=None),
        comparison=None,
        warnings=(
            "The service cannot say which release it is: these figures may belong to another build than digits-r12.",
        ),
    )
    return with_finding(
        evidence, "compare", PASSED, "There is no production to compare with yet: this is the first release."
    )
