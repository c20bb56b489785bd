"""What is said of a release is said once, and from the ledger."""

from dataclasses import replace
from datetime import timedelta

import pytest
from fakes import NOW, FakeChat, FakeLedger, FakeMail

from slipway.announcements import Announcements
from slipway.approvals.policy import Policy
from slipway.cards import Places
from slipway.errors import ChatFailed, MailFailed
from slipway.mailings import Mailings
from slipway.models import Approval, Candidate, Repeat, State

PLACES = Places("http://staging.example.com", "http://production.example.com")
APPROVAL = Approval("token", NOW, NOW + timedelta(hours=4))


@pytest.fixture
def said() -> Announcements:
    ledger = FakeLedger()
    ledger.open(Candidate("birds-000000000001", "birds", "models/birds/v1/", (), NOW), State.RECEIVED, "", NOW)
    mailings = Mailings(FakeMail(), Policy.read("U0ADA=ada@example.com", 1, own=False), PLACES)
    return Announcements(ledger, mailings, FakeChat(), PLACES)


def change(said: Announcements, **fields: object) -> None:
    said.ledger.change("birds-r1", lambda release: replace(release, **fields))  # type: ignore[arg-type]
    said.announce("birds-r1")


def test_a_release_has_one_card_that_changes(said: Announcements) -> None:
    """Posted once, updated in place."""
    said.announce("birds-r1")
    change(said, state=State.BUILDING)
    change(said, state=State.STAGING)
    assert isinstance(said.chat, FakeChat)
    assert len(said.chat.posted) == 1
    assert [ts for ts, _, _ in said.chat.updated] == ["1.0", "1.0"]


def test_nothing_new_is_said_twice(said: Announcements) -> None:
    """A stream record that is delivered again costs Slack nothing."""
    for _ in range(3):
        said.announce("birds-r1")
    assert isinstance(said.chat, FakeChat)
    assert (len(said.chat.posted), said.chat.updated) == (1, [])


def test_the_mail_goes_out_though_slack_is_down(said: Announcements) -> None:
    """And is not sent again when the stream tries once more."""
    assert isinstance(said.chat, FakeChat)
    assert isinstance(said.mailings.mail, FakeMail)
    said.chat.down = True
    for _ in range(2):
        with pytest.raises(ChatFailed):
            change(said, state=State.WAITING, approval=APPROVAL)
    said.chat.down = False
    said.announce("birds-r1")
    assert (len(said.mailings.mail.sent), len(said.chat.posted)) == (1, 1)


def test_the_card_changes_though_mail_is_not_taken(said: Announcements) -> None:
    """Neither of the two keeps back the other, and the stream tries the mail again."""
    assert isinstance(said.mailings.mail, FakeMail)
    assert isinstance(said.chat, FakeChat)
    said.mailings.mail.refuses.add("ada@example.com")
    with pytest.raises(MailFailed):
        change(said, state=State.WAITING, approval=APPROVAL)
    assert len(said.chat.posted) == 1


def test_without_slack_the_mail_is_enough(said: Announcements) -> None:
    """Slack is optional."""
    alone = replace(said, chat=None)
    change(alone, state=State.WAITING, approval=APPROVAL)
    assert isinstance(alone.mailings.mail, FakeMail)
    assert len(alone.mailings.mail.sent) == 1


def test_a_reminder_goes_into_the_cards_thread_once(said: Announcements) -> None:
    """The channel is not bothered with a second card."""
    change(said, state=State.WAITING, approval=APPROVAL)
    change(said, reminders=("half time",))
    said.announce("birds-r1")
    assert isinstance(said.chat, FakeChat)
    assert [thread for _, _, thread in said.chat.posted] == ["", "1.0"]


def test_who_uploads_known_content_again_reads_which_release_it_is(said: Announcements) -> None:
    """In the thread of that release's card, once."""
    said.announce("birds-r1")
    change(said, repeats=(Repeat("models/birds/<copy>/", NOW),))
    said.announce("birds-r1")
    assert isinstance(said.chat, FakeChat)
    told = [text for text, _, thread in said.chat.posted if thread == "1.0"]
    assert len(told) == 1
    assert told[0].startswith("models/birds/&lt;copy&gt;/, complete since")
    assert "is the same content as birds-r1 (received): nothing was started." in told[0]
