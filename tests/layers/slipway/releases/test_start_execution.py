"""Each release gets one execution, and each execution one release."""

from __future__ import annotations

from datetime import timedelta

import pytest

from slipway.errors import Conflict, NotFound
from slipway.models import Candidate, Commit, State
from slipway.releases import start_execution
from tests.support.fakes import NOW, FakeLedger, FakePipeline
from tests.support.pipeline_steps import EXECUTION, candidate


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


@pytest.mark.parametrize(("commit", "was_live"), [("abc", True), ("def", False)])
def test_code_is_known_that_is_live_already(ledger: FakeLedger, commit: str, was_live: bool) -> None:
    """People have decided on it."""
    start_execution.open_for_execution(ledger, "birds-r1", EXECUTION, Commit("abc"), NOW)
    ledger.go_live("birds-r1", NOW)
    release = start_execution.open_for_execution(ledger, "auto", "push", Commit(commit), NOW)
    assert release.commit.was_live == was_live


def test_no_code_is_known_before_the_first_release_is_live(ledger: FakeLedger) -> None:
    """That it was built and tested proves nothing."""
    start_execution.open_for_execution(ledger, "birds-r1", EXECUTION, Commit("abc"), NOW)
    again = start_execution.open_for_execution(ledger, "birds-r1", EXECUTION, Commit("abc"), NOW)
    assert not again.commit.was_live


@pytest.mark.parametrize(("commit", "was_live"), [("abc", True), ("evil", False)])
def test_a_rollback_knows_the_code_that_it_goes_back_to(ledger: FakeLedger, commit: str, was_live: bool) -> None:
    """It was live; another commit that such an execution carries was not."""
    start_execution.open_for_execution(ledger, "birds-r1", EXECUTION, Commit("abc"), NOW)
    ledger.go_live("birds-r1", NOW)
    start_execution.open_for_execution(ledger, "auto", "push", Commit("def"), NOW)
    ledger.go_live("birds-r2", NOW)
    back = ledger.open_back(ledger.release("birds-r1"), "ada@example.com", "", NOW)
    carried = start_execution.open_for_execution(ledger, back.id, "back", Commit(commit), NOW)
    assert carried.commit.was_live == was_live


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
        ledger.open(content, State.RECEIVED, "", NOW + start_execution.STRANDED_AFTER * number)
    later = NOW + start_execution.STRANDED_AFTER
    assert [one.id for one in start_execution.start_stranded(ledger, pipeline, later)] == ["birds-r1"]
    release = ledger.release("birds-r1")
    assert release.state is state
    assert list(pipeline.executions) == ([] if newer else ["birds-r1"])
    assert list(start_execution.start_stranded(ledger, pipeline, later)) == []
    if newer:
        assert release.times == {State.RECEIVED: NOW, State.SUPERSEDED: later}
        assert release.reason == "Its pipeline could not be started before a newer release was opened."


def test_a_release_is_stranded_only_after_its_upload_is_delivered_no_more() -> None:
    """Until then, its own message starts it."""
    ledger = FakeLedger()
    ledger.open(candidate("birds-000000000001"), State.RECEIVED, "", NOW)
    almost = NOW + start_execution.STRANDED_AFTER - timedelta(seconds=1)
    assert list(start_execution.start_stranded(ledger, FakePipeline(), almost)) == []
