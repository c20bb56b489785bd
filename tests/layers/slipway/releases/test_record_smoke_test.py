"""A smoke test's result reaches its release."""

from datetime import timedelta

from slipway.models import Question, SmokeSummary, Verdict
from slipway.releases.record_question import record_question
from slipway.releases.record_smoke_test import record_smoke_test
from tests.support.fakes import NOW, FakeLedger
from tests.support.pipeline_steps import TOKEN


def test_evidence_that_people_decide_on_is_not_replaced(ledger: FakeLedger) -> None:
    """A job that is delivered late would find another release on staging."""
    passed = SmokeSummary(Verdict.PASSED, 13, 0, 0, 1, "evidence")
    record_smoke_test(ledger, "birds-r1", "staging", passed)
    record_question(ledger, "birds-r1", Question(TOKEN, NOW, NOW + timedelta(hours=2)))
    late = SmokeSummary(Verdict.FAILED, 0, 13, 0, 1, "evidence")
    assert record_smoke_test(ledger, "birds-r1", "staging", late).smoke["staging"] == passed
