"""What people press on cards is done, or they are told why not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slipway.approvals.rollback import WayBack
from slipway.approvals.voting import Panel
from slipway.errors import AnswerRefused
from slipway.models import Approver, Candidate, Click, Release, State
from slipway.notifications.slack.buttons import value_of
from slipway.web.slack.actions import Clicks, Done
from tests.support.fakes import NOW, FakeEnvironments, FakeLedger, FakePipeline
from tests.support.made_releases import APPROVAL, ONE


def link(person: Approver, release: Release) -> str:
    return f"https://review.example.com/{person.email}/{release.id}"


@pytest.fixture
def clicks() -> Clicks:
    ledger, pipeline = FakeLedger(), FakePipeline()
    for number in (1, 2):
        candidate = Candidate(f"birds-{number:012}", "birds", f"models/birds/v{number}/", (), NOW)
        release = ledger.open(candidate, State.RECEIVED, "", NOW)
        ledger.change(release.id, lambda one: replace(one, approval=APPROVAL, commit="8cf40f2"))
        ledger.go_live(release.id, NOW)
    return Clicks(Panel(ledger, pipeline, FakeEnvironments(), ONE), WayBack(ledger, pipeline, ONE), link)


def press(clicks: Clicks, action: str, value: str, user: str = "U0ADA") -> Done:
    return clicks.handle(Click(user, action, value), NOW)


def test_an_approver_gets_a_link_of_their_own(clicks: Clicks) -> None:
    """It is said to them alone, and nothing has moved."""
    done = press(clicks, "review", value_of(clicks.panel.ledger.release("birds-r2")))
    assert done.release is None
    assert done.say.startswith("<https://review.example.com/ada@example.com/birds-r2|Review birds-r2>")


def test_a_stranger_gets_no_link(clicks: Clicks) -> None:
    """Being in the channel does not make an approver."""
    with pytest.raises(AnswerRefused):
        press(clicks, "review", "birds-r2 x", "U0LINUS")


def test_a_live_release_is_gone_back_from(clicks: Clicks) -> None:
    """Its button names what is live and what was."""
    done = press(clicks, "back", "birds-r2 birds-r1")
    assert done.release is not None
    assert (done.release.back_to, done.say[:22]) == ("birds-r1", "birds-r3 is on its way")


@pytest.mark.parametrize("action", ["staging", "reject", ""])
def test_another_button_does_nothing(clicks: Clicks, action: str) -> None:
    """Links are buttons, too, and the modal is opened elsewhere."""
    assert press(clicks, action, "birds-r2") == Done()
