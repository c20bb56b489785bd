"""Each release gets one execution, and each execution one release."""

from __future__ import annotations

import pytest

from slipway.errors import Conflict, NotFound
from slipway.models import Candidate, Commit, State
from slipway.releases import start_execution
from tests.support.fakes import NOW, FakeLedger, FakePipeline

EXECUTION = "6f1e7a52-3b0c-4d0e-9a55-0c6f2d6b7a10"


@pytest.fixture
def ledger() -> FakeLedger:
    ledger = FakeLedger()
    release = ledger.open(
        Candidate("birds-000000000001", "birds", "models/birds/v1/", (), NOW), State.RECEIVED, "", NOW
    )
    ledger.bind(release.id, EXECUTION)
    return ledger


def test_a_second_execution_cannot_take_a_release_over(ledger: FakeLedger) -> None:
    """Somebody starts the pipeline by hand with the name of a release that is on its way."""
    start_execution.open_for_execution(ledger, "birds-r1", EXECUTION, Commit("abc"), NOW)
    with pytest.raises(Conflict, match="carried by another execution"):
        start_execution.open_for_execution(ledger, "birds-r1", "another", Commit("def"), NOW)
    assert ledger.release("birds-r1").execution_id == EXECUTION


def test_an_upload_s_execution_is_bound_to_its_release(ledger: FakeLedger) -> None:
    """The commit joins what the upload began."""
    release = start_execution.open_for_execution(ledger, "birds-r1", EXECUTION, Commit("8cf40f2"), NOW)
    assert (release.id, release.commit.id, release.state) == ("birds-r1", "8cf40f2", State.BUILDING)


def test_a_push_of_code_releases_the_live_candidate_again(ledger: FakeLedger) -> None:
    """The model stays, the code is new; a second delivery of the job opens no second release."""
    ledger.go_live("birds-r1", NOW)
    first = start_execution.open_for_execution(ledger, "auto", "push", Commit("abc"), NOW)
    second = start_execution.open_for_execution(ledger, "auto", "push", Commit("abc"), NOW)
    assert (first.id, first.candidate, first.state) == ("birds-r2", "birds-000000000001", State.BUILDING)
    assert second.id == first.id


def test_a_push_before_any_model_says_what_is_missing() -> None:
    """The very first execution has nothing to release."""
    with pytest.raises(NotFound, match="upload one first"):
        start_execution.open_for_execution(FakeLedger(), "auto", "push", Commit("abc"), NOW)


@pytest.mark.parametrize(("newer", "state"), [(False, State.RECEIVED), (True, State.SUPERSEDED)])
def test_a_release_that_nobody_started_is_started_unless_a_newer_one_was_opened(newer: bool, state: State) -> None:
    """Its start failed, and its folder had changed before it was tried again."""
    ledger, pipeline = FakeLedger(), FakePipeline()
    for number in range(1 + newer):
        content = Candidate(f"birds-{number:012}", "birds", f"models/birds/v{number}/", (), NOW)
        ledger.open(content, State.RECEIVED, "", NOW + start_execution.STRANDED * number)
    assert [one.id for one in start_execution.start_stranded(ledger, pipeline, NOW + start_execution.STRANDED)] == [
        "birds-r1"
    ]
    assert ledger.release("birds-r1").state is state
    assert list(pipeline.executions) == ([] if newer else ["birds-r1"])
    assert list(start_execution.start_stranded(ledger, pipeline, NOW + start_execution.STRANDED)) == []
