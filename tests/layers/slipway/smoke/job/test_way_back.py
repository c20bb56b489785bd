"""A way back shows that it is what was live, and alive."""

from __future__ import annotations

from dataclasses import replace

from slipway.models import Candidate, SmokeSummary, State, Verdict, new_release
from slipway.smoke.job.way_back import suite_of_way_back
from slipway.smoke.suite.definition import Suite
from slipway.smoke.suite.reading import read
from tests.support.fakes import NOW

SUITE = read(b"accuracy: {at_least: 0.95, below_production: 0.01}\nlatency: 100\ncompare: 1\nrequests: [{name: a}]\n")
SMOKE = SmokeSummary(Verdict.PASSED, 1, 0, 0, 1.0, "evidence/birds-r1/staging.json", accuracy=0.91)


def way_back(smoke: dict[str, SmokeSummary]) -> Suite:
    candidate = Candidate("birds-1", "birds", "models/birds/v1/", (), NOW)
    target = new_release.of_upload(candidate, 1, State.RETIRED, "", NOW, "")
    return suite_of_way_back(SUITE, replace(target, smoke=smoke))


def test_what_was_asked_for_since_is_told_only() -> None:
    """Requests, contract, latency and comparison no longer fail it; ready and identity still do."""
    suite = way_back({})
    checks = (*suite.requests, suite.contract, suite.latency, suite.compare)
    assert {check.severity for check in checks if check} == {"should"}
    assert (suite.ready, suite.identity) == (SUITE.ready, SUITE.identity)


def test_it_is_as_accurate_as_it_was() -> None:
    """Not as what came after it, and not as production."""
    accuracy = way_back({"staging": SMOKE}).accuracy
    assert accuracy is not None
    assert (accuracy.at_least, accuracy.below_production, accuracy.severity) == (0.91, None, "must")


def test_one_that_was_never_measured_keeps_the_suites_bound() -> None:
    """Nothing else is known of it."""
    accuracy = way_back({}).accuracy
    assert accuracy is not None
    assert accuracy.at_least == 0.95
