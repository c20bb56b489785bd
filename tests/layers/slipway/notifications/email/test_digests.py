"""Who would get a hundred mails gets a few, and one that tells the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from slipway.approvals.policy import Policy
from slipway.errors import MailFailed
from slipway.models import Card, Release, State
from slipway.notifications.email.digests import AT_ONCE, DELAY, MOST, URGENT, WINDOW, Digests
from slipway.notifications.email.notifier import EmailNotifier
from tests.support.fakes import NOW, FakeClock, FakeLedger, FakeMail
from tests.support.made_releases import QUESTION, URLS, changed

ADA = "ada@example.com"
FAILED = Release("birds-r1", "birds", 1, "birds-000000000001", State.FAILED, {State.RECEIVED: NOW}, reason="No space.")


class Office:
    """A notifier whose ledger, clock and mails one sees."""

    def __init__(self) -> None:
        self.ledger, self.clock, self.mail, self.reported = FakeLedger(), FakeClock(), FakeMail(), list[str]()
        self.digests = Digests(self.ledger, self.clock, self.mail, self.reported.append)
        self.email = self.notifier()

    def notifier(self) -> EmailNotifier:
        return EmailNotifier(
            self.mail,
            Policy.parse(f"U0ADA={ADA}", 1),
            URLS,
            review_link=lambda person, release: f"https://review/{release.id}",
            history_link=lambda person, release: f"https://story/{release.id}",
            digests=self.digests,
        )

    def tell(self, *releases: Release) -> None:
        for release in releases:
            self.ledger.releases[release.id] = release
            self.email.send(release, Card(), lambda card: card)

    def fail(self, count: int, first: int = 1) -> None:
        self.tell(*(replace(FAILED, id=f"birds-r{n}", number=n) for n in range(first, first + count)))

    def send_digests(self) -> list[str]:
        return list(self.email.send_digests())

    def subjects(self) -> list[str]:
        return [subject for _, subject, _ in self.mail.sent]


@pytest.fixture
def office() -> Office:
    return Office()


def test_a_hundred_mails_in_half_an_hour_are_few_and_a_digest(office: Office) -> None:
    """What comes after the digest waits for the next one only if it is too much again."""
    office.fail(106)
    assert len(office.mail.sent) == AT_ONCE
    assert office.send_digests() == []
    office.clock.sleep(DELAY.total_seconds())
    assert office.send_digests() == [ADA]
    assert office.subjects()[AT_ONCE:] == ["Slipway: 100 releases in one mail"]
    assert office.send_digests() == []
    office.clock.sleep(WINDOW.total_seconds())
    office.fail(1, first=200)
    assert office.subjects()[-1] == "birds-r200 has failed"


def test_a_digest_tells_where_each_release_stands_now(office: Office) -> None:
    """With the reason, and with the reader's link: to answer where that is still possible."""
    office.fail(URGENT)
    office.ledger.change_mailbox(ADA, lambda box: replace(box, sent=(NOW,) * URGENT, waiting=(), since=None))
    waits = changed(replace(FAILED, id="birds-r80", reason="", state=State.WAITING), question=QUESTION)
    office.tell(waits, replace(waits, id="birds-r90"))
    office.ledger.change("birds-r90", lambda one: replace(one, state=State.LIVE))
    office.clock.sleep(DELAY.total_seconds())
    assert office.send_digests() == [ADA]
    text = office.mail.sent[-1][2]
    assert "🟡 birds-r80: Waiting for an answer.\n  https://review/birds-r80" in text
    assert "🟢 birds-r90: Live.\n  https://story/birds-r90" in text


def test_a_release_is_named_once_in_a_digest(office: Office) -> None:
    """However many mails about it waited; the oldest are left out of what is too long."""
    office.fail(AT_ONCE)
    office.tell(replace(FAILED, id="birds-r7"), replace(FAILED, id="birds-r7", attempt=2))
    assert office.ledger.mailboxes[ADA].waiting == ("birds-r7",)
    office.fail(MOST, first=8)
    assert office.ledger.mailboxes[ADA].waiting[0] == "birds-r8"


def test_what_comes_while_a_digest_waits_waits_with_it(office: Office) -> None:
    """Although the hour of the first mails has passed, so that nothing is told out of order."""
    office.fail(AT_ONCE + 1)
    office.clock.sleep(WINDOW.total_seconds())
    office.fail(1, first=50)
    assert office.ledger.mailboxes[ADA].waiting == (f"birds-r{AT_ONCE + 1}", "birds-r50")


def test_a_digest_that_sns_did_not_take_is_tried_again(office: Office) -> None:
    """And what SNS never takes is reported and given up."""
    office.fail(AT_ONCE + 1)
    office.clock.sleep(DELAY.total_seconds())
    office.mail.refuses.add(ADA)
    with pytest.raises(ExceptionGroup) as failed:
        office.send_digests()
    assert failed.group_contains(MailFailed)
    office.mail.refuses.clear()
    office.mail.rejects = "one mail"
    assert office.send_digests() == [ADA]
    assert office.reported[0].endswith("The digest of ada@example.com is given up.")
    assert office.send_digests() == []


def test_what_comes_while_a_digest_is_sent_is_in_the_next_one(office: Office) -> None:
    """Nothing is lost between two invocations."""
    office.fail(AT_ONCE + 1)
    office.clock.sleep(DELAY.total_seconds())

    class Slow(FakeMail):
        def send(self, to: str, subject: str, text: str) -> None:
            super().send(to, subject, text)
            office.fail(1, first=60)

    office.email = replace(office.email, digests=replace(office.digests, mail=Slow()))
    assert office.send_digests() == [ADA]
    assert office.ledger.mailboxes[ADA].waiting == ("birds-r60",)
    assert office.ledger.mailboxes[ADA].since == NOW + DELAY


def test_each_address_has_its_own_count(office: Office) -> None:
    """The team's copies do not use up what an approver may get."""
    office.email = replace(office.email, copy_to="team@example.com")
    office.tell(*(changed(replace(FAILED, id=f"birds-r{n}"), question=QUESTION) for n in range(AT_ONCE)))
    assert len(office.mail.sent) == 2 * AT_ONCE
    assert office.clock.now() < NOW + timedelta(seconds=1)


def test_a_question_goes_at_once_beside_a_digest_that_waits(office: Office) -> None:
    """What asks for somebody is not lost among what has failed; but nobody is asked a hundred times either."""
    office.fail(AT_ONCE + 1)
    asked = [changed(replace(FAILED, id=f"birds-r{n}", state=State.WAITING), question=QUESTION) for n in range(20, 40)]
    office.tell(*asked)
    assert [one for one in office.subjects() if one.endswith("answer")] == [
        f"birds-r{n} waits for your answer" for n in range(20, 20 + URGENT - AT_ONCE)
    ]


def test_a_release_that_cannot_be_read_holds_up_no_digest(office: Office) -> None:
    """Somebody may have removed it from the ledger."""
    office.fail(AT_ONCE + 2)
    del office.ledger.releases[f"birds-r{AT_ONCE + 1}"]
    office.clock.sleep(DELAY.total_seconds())
    assert office.send_digests() == [ADA]
    assert office.subjects()[-1] == "Slipway: 1 release in one mail"
    office.fail(1, first=70)
    office.clock.sleep(DELAY.total_seconds())
    office.ledger.releases.clear()
    office.send_digests()
    assert office.send_digests() == []
