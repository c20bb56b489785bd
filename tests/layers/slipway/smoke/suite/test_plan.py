"""A suite that plans more than it may take is refused before anything is built."""

from __future__ import annotations

from collections import Counter

import pytest

from slipway.smoke.suite import plan
from slipway.smoke.suite.golden_counts import GoldenCounts
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


SLICES = "accuracy: {at_least: 0.9, slices: {night: 0.8, rain: 0.5}}"


def test_a_slice_without_a_case_is_told_before_anything_is_asked() -> None:
    """A floor under nothing would never hold, or always."""
    golden = GoldenCounts(Counter(wren=2), Counter({"night": 1, "": 1}))
    assert list(plan.golden_problems(read(SLICES.encode()), golden)) == [
        "`accuracy.slices` names rain, and no case has it in its column `slice`."
    ]


def test_the_shares_of_slices_are_among_what_a_suite_will_do() -> None:
    """Beside the share of the whole set."""
    assert "accuracy   at least 90 % are right, 80 % in night, 50 % in rain" in plan.lines(
        read(SLICES.encode()), GoldenCounts()
    )
