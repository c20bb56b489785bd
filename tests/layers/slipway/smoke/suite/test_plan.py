"""A suite that plans more than it may take is refused before anything is built."""

from __future__ import annotations

import pytest

from slipway.smoke.suite import plan
from slipway.smoke.suite.reading import read
from tests.support.paths import ROOT


@pytest.mark.parametrize(
    ("suite", "seconds"),
    [
        ("contract: false", 120),
        ("contract: false\nready: {deadline: 300}", 300),
        ("contract: false\nrequests: [{name: a, timeout: 5, attempts: 3}, {name: b}]", 145),
        ("contract: false\nrequests: [{name: a, timeout: 60, attempts: 10}]", 180),
        ("contract: {malformed: [{json: 1}]}", 130),
        ("contract: false\nlatency: {p50: 100, p95: 200, requests: 1000, concurrency: 2, attempts: 3}", 420),
    ],
)
def test_what_a_suite_may_take_is_known_before(suite: str, seconds: float) -> None:
    """All attempts of a request end within a minute."""
    assert plan.longest(read(suite.encode())) == seconds


@pytest.mark.parametrize(
    "suite",
    [
        "ready: {deadline: 3600}",
        "requests: [" + ", ".join(f"{{name: r{number}, attempts: 10, timeout: 60}}" for number in range(30)) + "]",
        "latency: {p95: 600000, requests: 100000}",
    ],
)
def test_a_suite_that_plans_more_is_refused(suite: str) -> None:
    """With what it plans, what it has, and what can be done."""
    assert "and has 30 (the deadline" in plan.too_long(read(suite.encode()), 30)


def test_the_services_suite_fits() -> None:
    """With room for what candidates add."""
    assert plan.longest(read((ROOT / "service/suite/suite.yaml").read_bytes())) < 600
