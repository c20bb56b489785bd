"""What was live before is released again: by approvers, once, and on the way of every release."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slipway.approvals.policy import Policy
from slipway.approvals.rollback import Rollback
from slipway.errors import AnswerRefused
from slipway.models import Candidate, Commit, State
from tests.support.fakes import NOW, FakeLedger, FakePipeline

POLICY = Policy.parse("U0ADA=ada@example.com", 1)


@pytest.fixture
def back() -> Rollback:
    """Two releases have been live, birds-r2 still is; birds-r3 waits."""
    ledger = FakeLedger()
    for number in (1, 2, 3):
        candidate = Candidate(f"birds-{number:012}", "birds", f"models/birds/v{number}/", (), NOW, "linus@example.com")
        release = ledger.open(candidate, State.RECEIVED, "", NOW)
        ledger.change(release.id, lambda one: replace(one, commit=Commit(f"commit-{one.number}")))
    for release_id in ("birds-r1", "birds-r2"):
        ledger.go_live(release_id, NOW)
    return Rollback(ledger, FakePipeline(), POLICY)


def test_an_approver_goes_back(back: Rollback) -> None:
    """The same content is built into the same image, because the commit is the same."""
    release = back.start("U0ADA", "birds-r2", "birds-r1", "sees no owls", NOW)
    assert (release.id, release.rollback.to, release.rollback.by) == ("birds-r4", "birds-r1", "ada@example.com")
    assert (release.state, release.execution_id) == (State.RECEIVED, "execution-of-birds-r4")
    assert isinstance(back.pipeline, FakePipeline)
    assert back.pipeline.commits == {"birds-r4": "commit-1"}
    assert back.ledger.release_of("execution-of-birds-r4") == release


def test_the_same_click_twice_is_one_release(back: Rollback) -> None:
    """And so are those of two people."""
    first = back.start("U0ADA", "birds-r2", "birds-r1", "", NOW)
    assert back.start("ada@example.com", "birds-r2", "birds-r1", "", NOW) == first


def test_a_crash_before_the_start_is_made_up_for(back: Rollback) -> None:
    """The click comes again, and finds the release that it had opened."""
    assert isinstance(back.pipeline, FakePipeline)
    back.pipeline.fails = 1
    with pytest.raises(TimeoutError):
        back.start("U0ADA", "birds-r2", "birds-r1", "", NOW)
    assert back.start("U0ADA", "birds-r2", "birds-r1", "", NOW).execution_id == "execution-of-birds-r4"
    assert list(back.pipeline.executions) == ["birds-r4"]


def test_a_release_without_a_commit_is_nothing_to_go_back_to(back: Rollback) -> None:
    """Its image could not be built again."""
    back.ledger.change("birds-r1", lambda one: replace(one, commit=Commit()))
    with pytest.raises(AnswerRefused, match="birds-r1 was never live"):
        back.start("U0ADA", "birds-r2", "birds-r1", "", NOW)


@pytest.mark.parametrize(
    ("person", "live", "target", "why"),
    [
        ("U0LINUS", "birds-r2", "birds-r1", "You are not among the approvers"),
        ("U0ADA", "birds-r1", "birds-r2", "birds-r1 is not live any more, birds-r2 is"),
        ("U0ADA", "birds-r2", "birds-r2", "birds-r2 is live already"),
        ("U0ADA", "birds-r2", "birds-r3", "birds-r3 was never live"),
        ("U0ADA", "birds-r2", "birds-r9", "There is no release birds-r9"),
    ],
)
def test_what_makes_no_sense_is_refused(back: Rollback, person: str, live: str, target: str, why: str) -> None:
    """With the reason, and nothing has been started."""
    with pytest.raises(AnswerRefused, match=why):
        back.start(person, live, target, "", NOW)
    assert isinstance(back.pipeline, FakePipeline)
    assert back.pipeline.executions == {}
