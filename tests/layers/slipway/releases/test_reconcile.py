"""Executions that ended without an event end their releases."""

from slipway.models import Commit, State
from slipway.releases import start_execution
from slipway.releases.reconcile import reconcile
from tests.support.fakes import NOW, FakeBucket, FakeLedger, FakePipeline
from tests.support.pipeline_steps import EXECUTION


def test_an_end_that_nobody_told_us_is_found_out(ledger: FakeLedger) -> None:
    """EventBridge promises no delivery; CodePipeline can be asked."""
    start_execution.open_for_execution(ledger, "birds-r1", EXECUTION, Commit("abc"), NOW)
    pipeline = FakePipeline()
    assert list(reconcile(ledger, FakeBucket(), pipeline, NOW)) == []
    pipeline.ended[EXECUTION] = State.SUPERSEDED
    assert [release.state for release in reconcile(ledger, FakeBucket(), pipeline, NOW)] == [State.SUPERSEDED]
