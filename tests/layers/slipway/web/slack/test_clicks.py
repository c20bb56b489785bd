"""What people press on cards is result, or they are told why not."""

from __future__ import annotations

import pytest

from slipway.approvals.rollback import Rollback
from slipway.approvals.voting import Voting
from slipway.errors import AnswerRefused
from slipway.models import Approver, Candidate, Click, Commit, Release, State
from slipway.web.slack.clicks import ClickHandler, ClickResult
from tests.support.fakes import NOW, FakeEnvironments, FakeEvidence, FakeLedger, FakePipeline
from tests.support.made_releases import ONE, QUESTION, changed


def link(person: Approver, release: Release) -> str:
    return f"https://review.example.com/{person.email}/{release.id}"


@pytest.fixture
def actions() -> ClickHandler:
    ledger, pipeline = FakeLedger(), FakePipeline()
    for number in (1, 2):
        candidate = Candidate(f"birds-{number:012}", "birds", f"models/birds/v{number}/", (), NOW)
        release = ledger.open(candidate, State.RECEIVED, "", NOW)
        ledger.change(release.id, lambda one: changed(one, commit=Commit("8cf40f2"), question=QUESTION))
        ledger.go_live(release.id, NOW)
    voting = Voting(ledger, pipeline, FakeEnvironments(), ONE, FakeEvidence())
    return ClickHandler(voting, Rollback(ledger, pipeline, ONE), link)


def press(actions: ClickHandler, action: str, value: str, user: str = "U0ADA") -> ClickResult:
    return actions.handle(Click(user, action, value), NOW)


def test_an_approver_gets_a_link_of_their_own(actions: ClickHandler) -> None:
    """It is said to them alone, and nothing has moved."""
    result = press(actions, "review", f"birds-r2 {QUESTION.id}")
    assert result.release is None
    assert result.message.startswith("<https://review.example.com/ada@example.com/birds-r2|Review birds-r2>")


def test_a_stranger_gets_no_link(actions: ClickHandler) -> None:
    """Being in the channel does not make an approver."""
    with pytest.raises(AnswerRefused):
        press(actions, "review", "birds-r2 x", "U0LINUS")


def test_a_live_release_is_gone_back_from(actions: ClickHandler) -> None:
    """Its button names what is live and what was."""
    result = press(actions, "back", "birds-r2 birds-r1")
    assert result.release is not None
    assert (result.release.rollback.to, result.message[:22]) == ("birds-r1", "birds-r3 is on its way")


@pytest.mark.parametrize("action", ["staging", "reject", ""])
def test_another_button_does_nothing(actions: ClickHandler, action: str) -> None:
    """Links are buttons, too, and the modal is opened elsewhere."""
    assert press(actions, action, "birds-r2") == ClickResult()
