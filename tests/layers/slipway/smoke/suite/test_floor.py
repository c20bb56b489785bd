"""An uploader's suite may add and tighten, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from slipway.smoke.suite import floor
from tests.support.paths import ROOT

RECORD = yaml.safe_load((ROOT / "service" / "suite" / "suite.yaml").read_text())
SEVEN = "image: golden/7.png, expect: {json: {prediction.winning_class: seven}}"

# What an uploader would write so that a bad model passes.
ATTACKS = [
    "accuracy: null",
    "accuracy: false",
    "accuracy: 0.05",
    "accuracy: {at_least: 0}",
    "accuracy: {at_least: .nan}",
    "accuracy: {at_least: -.inf}",
    "accuracy: {at_least: '0.99'}",
    "accuracy: {at_least: true}",
    "accuracy: {below_production: 1}",
    "accuracy: {at_least: 0.99, severity: should}",
    "accuracy: {at_least: 0.99, attempts: 10}",
    "compare: null",
    "compare: 0.1",
    "compare: {agreement: 0}",
    "latency: false",
    "latency: 60000",
    "latency: {p50: 31}",
    "latency: {requests: 1}",
    "latency: {p95: .inf}",
    "contract: null",
    "contract: false",
    "contract: {schema: {}}",
    "contract: {malformed: []}",
    "contract: {malformed: null}",
    "contract: {severity: should}",
    "requests: null",
    f"requests: [{{name: reads a seven, {SEVEN}}}]",
    "requests: [{name: reads a seven, image: golden/7.png}]",
    "identity: absent",
    "identity: {expression: \"'digits'\", member: model}",
    "identity: {path: /health}",
    "ready: {path: /, status: 404}",
    "ready: {deadline: 3600}",
    "predict: {answer: \"'7'\"}",
    "predict: {path: /always-right}",
    "golden: mine",
    "concurrency: 1",
]


def loosened(suite: str, record: dict[str, Any] | None) -> list[str]:
    return floor.loosened(record, yaml.safe_load(suite))


@pytest.mark.parametrize("suite", ATTACKS)
def test_what_loosens_the_suite_of_record_is_said(suite: str) -> None:
    """One sentence for each thing, and each names the field."""
    found = loosened(suite, RECORD)
    assert len(found) == 1, found
    assert suite.split(":", maxsplit=1)[0].rstrip("s") in found[0]


def test_everything_at_once_is_said_once_each() -> None:
    """As it was tried: every check off, and an identity that asks nothing."""
    suite = "\n".join(
        ["requests:", "contract:", "accuracy:", "compare:", "latency:", "identity: {expression: \"'digits'\"}"]
    )
    assert len(loosened(suite, RECORD)) == 6


@pytest.mark.parametrize(
    "suite",
    [
        "{}",
        "accuracy: 0.9",
        "accuracy: true",
        "accuracy: {at_least: 0.95}",
        "accuracy: {below_production: 0}",
        "compare: {agreement: 0.99}",
        "latency: {p50: 10, p95: 100}",
        "latency: {p99: 500}",
        "latency: {requests: 200, concurrency: 4}",
        "latency: {p95: 100, severity: must, attempts: 1}",
        "requests: [{name: reads an eleven, image: golden/11.png}]",
        "contract: {malformed: [{name: a list, json: []}]}",
        "ready: null",
        "ready: {path: /health, deadline: 120}",
    ],
)
def test_what_adds_or_tightens_is_fine(suite: str) -> None:
    """And so is what says the same again."""
    assert loosened(suite, RECORD) == []


@pytest.mark.parametrize(
    ("suite", "count"),
    [("accuracy: null", 1), ("identity: absent", 1), ("golden: mine", 1), ("requests:", 1), ("accuracy: 0.1", 0)],
)
def test_without_a_record_only_what_loosens_any_is_said(suite: str, count: int) -> None:
    """The preflight may not know the service's suite; the build does."""
    assert len(loosened(suite, None)) == count


def test_a_check_that_the_record_lacks_can_be_added_with_any_bound() -> None:
    """Even a loose one is more than none."""
    assert loosened("accuracy: 0.1\nlatency: {p95: 9000, requests: 5}", {"identity": {"path": "/version"}}) == []


def test_a_record_that_is_softer_may_stay_as_soft() -> None:
    """Its owner wrote so."""
    record = {"accuracy": {"at_least": 0.5, "severity": "should", "attempts": 3}}
    assert loosened("accuracy: {at_least: 0.6, severity: should, attempts: 3}", record) == []
    assert len(loosened("accuracy: {at_least: 0.4, severity: should, attempts: 4}", record)) == 2


@pytest.mark.parametrize(
    ("slices", "count"),
    [
        ("{night: 0.9}", 0),
        ("{rain: 0.5}", 0),
        ("{night: 0.8, rain: 0.7}", 0),
        ("{night: 0.7}", 1),
        ("{night: 0.7, day: 0}", 2),
        ("{night: .nan}", 1),
        ("{night: '0.99'}", 1),
        ("{night: true}", 1),
        ("null", 2),
        ("0", 2),
    ],
)
def test_a_slice_can_be_added_or_tightened_and_not_lowered(slices: str, count: int) -> None:
    """One that is left out stays as the record has it."""
    record = {"accuracy": {"at_least": 0.9, "slices": {"night": 0.8, "day": 0.9}}}
    assert len(loosened(f"accuracy: {{slices: {slices}}}", record)) == count


def test_slices_of_both_suites_count() -> None:
    """The record's that the candidate leaves out are kept."""
    record = {"accuracy": {"at_least": 0.9, "slices": {"night": 0.8, "day": 0.9}}}
    merged = floor.merge(record, {"accuracy": {"slices": {"night": 0.85, "rain": 0.5}}})
    assert merged["accuracy"] == {"at_least": 0.9, "slices": {"night": 0.85, "day": 0.9, "rain": 0.5}}


def test_a_request_that_python_takes_for_the_record_s_is_another() -> None:
    """To Python, 1 is true; an answer is one of the two."""
    record = {"requests": [{"name": "knows it", "expect": {"json": {"found": True}}}]}
    assert len(loosened("requests: [{name: knows it, expect: {json: {found: 1}}}]", record)) == 1
    assert loosened("requests: [{name: knows it, expect: {json: {found: true}}}]", record) == []
