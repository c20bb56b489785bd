"""Who is mailed about a release, and when."""

from dataclasses import replace
from datetime import timedelta

import pytest

from slipway.approvals.policy import Policy
from slipway.errors import MailFailed
from slipway.models import Approval, Approver, Bake, Card, Commit, Decision, Question, Release, State, Vote
from slipway.notifications.authors import NOBODY, Author
from slipway.notifications.email.notifier import EmailNotifier
from slipway.notifications.stack_urls import StackUrls
from tests.support.fakes import NOW, FakeMail
from tests.support.made_releases import changed

ADA, GRACE, EMMY = "ada@example.com", "grace@example.com", "emmy@example.com"
PEOPLE = f"U0ADA={ADA},U0GRACE={GRACE},U0EMMY={EMMY}"
QUESTION = Question("token", NOW, NOW + timedelta(days=3), "https://console.example.com")
WAITING = Release(
    "birds-r12", "birds", 12, "birds-7f3c1e9a2b4d", State.WAITING, {}, approval=Approval(question=QUESTION)
)
YES = Vote("approved", ADA, NOW, "slack")
APPROVED = Decision.completed_by(YES)


class Desk:
    """EmailNotifier, and the card on which they note what they have sent."""

    def __init__(self, required: int = 1, *, own: bool = False, people: str = PEOPLE) -> None:
        self.mail, self.card = FakeMail(), Card()
        places = StackUrls("http://staging.example.com", "http://production.example.com")
        self.email = EmailNotifier(self.mail, Policy.parse(people, required, allow_self_approval=own), places)

    def given(self, **more: object) -> "Desk":
        self.email = replace(self.email, **more)  # type: ignore[arg-type]
        return self

    def send(self, release: Release, author: Author = NOBODY) -> list[str]:
        """Send what is due, and give to whom something went."""
        before = len(self.mail.sent)
        self.email.send(release, self.card, self._keep, None, author)
        return [to for to, _, _ in self.mail.sent[before:]]

    def _keep(self, card: Card) -> Card:
        self.card = card
        return card


def test_a_question_is_mailed_once_to_each_who_may_answer_it() -> None:
    """And again only when another question is asked."""
    desk = Desk()
    assert desk.send(WAITING) == [ADA, GRACE, EMMY]
    assert desk.send(replace(WAITING, reason="something else changed")) == []
    assert desk.send(changed(WAITING, question=replace(QUESTION, token="another"))) == [ADA, GRACE, EMMY]


@pytest.mark.parametrize("author", [{"author": "Ada@example.com"}, {"commit": Commit("8cf40f2", ADA)}])
def test_an_author_is_not_asked_about_an_own_release(author: dict[str, str]) -> None:
    """Unless authors may approve."""
    assert Desk().send(changed(WAITING, **author)) == [GRACE, EMMY]
    assert Desk(own=True).send(changed(WAITING, **author)) == [ADA, GRACE, EMMY]


def test_where_nobody_may_approve_everybody_learns_of_it() -> None:
    """A team of one that uploads its own models would wait for nothing otherwise."""
    desk = Desk(people=f"U0ADA={ADA}")
    assert desk.send(replace(WAITING, author=ADA)) == [ADA]
    assert "somebody else has to approve it. You may reject it." in " ".join(desk.mail.sent[0][2].split())


def test_only_those_who_are_silent_are_reminded() -> None:
    """Each reminder once."""
    desk = Desk(required=2)
    desk.send(WAITING)
    reminded = changed(WAITING, votes=(YES,), reminders=("half time",))
    assert desk.send(reminded) == [GRACE, EMMY]
    assert desk.send(reminded) == []
    assert desk.send(changed(reminded, reminders=("half time", "last hour"))) == [GRACE, EMMY]


def test_reminders_that_come_due_together_are_one_mail() -> None:
    """Whoever was not reached for a day is not told the same thing three times."""
    desk = Desk()
    assert desk.send(changed(WAITING, reminders=("half time", "last hour"))) == [ADA, GRACE, EMMY]
    assert desk.mail.sent[0][1] == "birds-r12 still waits for your answer: last hour"


def test_when_nobody_answers_somebody_else_is_told_once() -> None:
    """With the names of those who have said nothing, and without a link that is not theirs."""
    desk = Desk(required=2).given(
        escalate_to=Approver("", "boss@example.com"), review_link=lambda person, release: f"https://for/{person.email}"
    )
    desk.send(WAITING)
    escalated = changed(WAITING, votes=(YES,), reminders=("escalation",))
    assert desk.send(escalated) == ["boss@example.com"]
    assert desk.send(escalated) == []
    text = " ".join(desk.mail.sent[-1][2].split())
    assert f"silent so far: {GRACE}, {EMMY}." in text
    assert "https://for/" not in text


def test_an_escalation_to_slack_alone_is_not_mailed() -> None:
    """Whoever has no address is told elsewhere."""
    desk = Desk().given(escalate_to=Approver("U0BOSS", ""))
    assert desk.send(changed(WAITING, reminders=("escalation",))) == [ADA, GRACE, EMMY]


@pytest.mark.parametrize("state", [State.REFUSED, State.FAILED, State.EXPIRED, State.ROLLED_BACK])
def test_an_end_that_somebody_must_know_of_is_mailed_to_everybody_once(state: State) -> None:
    """To the author as well; a stage that is retried may end again."""
    desk, ended = Desk(), replace(WAITING, state=state, author=ADA)
    assert desk.send(ended) == [ADA, GRACE, EMMY]
    assert desk.send(replace(ended, reason="because")) == []
    assert desk.send(replace(ended, attempt=2)) == [ADA, GRACE, EMMY]


@pytest.mark.parametrize(
    "fields", [{"decision": APPROVED}, {"pending_decision": APPROVED}, {"state": State.LIVE}, {"question": None}]
)
def test_what_is_decided_or_not_asked_is_not_mailed(fields: dict[str, object]) -> None:
    """Nobody is called for nothing."""
    assert Desk().send(changed(WAITING, **fields)) == []


def test_each_person_gets_a_link_of_their_own() -> None:
    """And the copy gets none: a link is as good as its owner's word."""
    desk = Desk().given(copy_to="team@example.com", review_link=lambda person, release: f"https://for/{person.email}")
    assert desk.send(WAITING) == [ADA, GRACE, EMMY, "team@example.com"]
    links = [[word for word in text.split() if word.startswith("https://for/")] for _, _, text in desk.mail.sent]
    assert links == [[f"https://for/{ADA}"], [f"https://for/{GRACE}"], [f"https://for/{EMMY}"], []]
    assert desk.mail.sent[-1][1] == "birds-r12 waits for an answer"


def test_an_end_links_to_the_story_and_asks_nothing() -> None:
    """The question does not stand any more, so its link would be dead."""
    desk = Desk().given(
        review_link=lambda person, release: "https://review", history_link=lambda person, release: "https://story"
    )
    desk.send(replace(WAITING, state=State.FAILED))
    assert "https://story" in desk.mail.sent[0][2]
    assert "https://review" not in desk.mail.sent[0][2]


def test_the_copy_is_not_a_second_mail_to_somebody_who_is_asked() -> None:
    """MailTo may be an approver's own address, however it is written."""
    assert Desk().given(copy_to="Grace@Example.com").send(WAITING) == [ADA, GRACE, EMMY]


def test_one_address_that_fails_keeps_no_other_from_being_mailed() -> None:
    """And only that one is tried again."""
    desk = Desk()
    desk.mail.refuses.add(ADA)
    with pytest.raises(MailFailed, match=ADA):
        desk.send(WAITING)
    assert [to for to, _, _ in desk.mail.sent] == [GRACE, EMMY]
    desk.mail.refuses.clear()
    assert desk.send(WAITING) == [ADA]


def test_who_dies_between_two_mails_sends_none_of_them_twice() -> None:
    """Each is noted before the next one goes out."""

    class Died(Exception):
        pass

    def dying(card: Card) -> Card:
        if card.mailed[1:]:
            raise Died
        return desk._keep(card)

    desk = Desk()
    with pytest.raises(Died):
        desk.email.send(WAITING, desk.card, dying)
    assert desk.send(WAITING) == [GRACE, EMMY]  # the one whose note was lost comes again
    assert [to for to, _, _ in desk.mail.sent].count(ADA) == 1


def test_a_mail_that_sns_never_takes_is_sent_without_its_facts_once() -> None:
    """It is reported; nobody waits for a mail that cannot come, and it is not tried for ever."""
    desk, reported = Desk(people=f"U0ADA={ADA}"), list[str]()
    desk.given(report=reported.append, review_link=lambda person, release: "https://review")
    desk.mail.rejects = "Model:"
    assert desk.send(WAITING) == [ADA]
    assert "https://review" in desk.mail.sent[0][2]
    assert "Candidate:" not in desk.mail.sent[0][2]
    told = f"SNS did not take a mail to {ADA}: InvalidParameter. The mail about birds-r12 is sent without its facts."
    assert reported == [told]
    assert desk.send(WAITING) == []


def test_a_mail_that_sns_takes_in_no_form_is_given_up() -> None:
    """And keeps nothing else back."""
    desk, reported = Desk(people=f"U0ADA={ADA}").given(copy_to="team@example.com"), list[str]()
    desk.given(report=reported.append)
    desk.mail.rejects = "your answer"
    assert desk.send(WAITING) == ["team@example.com"]
    assert [one.rpartition(" is ")[2] for one in reported] == ["sent without its facts.", "given up."]
    assert desk.send(WAITING) == []


def test_an_alarm_after_going_live_is_mailed_once() -> None:
    """With what is done about it."""
    desk = Desk()
    rang = replace(WAITING, state=State.LIVE, bake=Bake("errors", NOW), reason="The alarm errors went off.")
    assert desk.send(rang) == [ADA, GRACE, EMMY]
    assert desk.send(replace(rang, reason="The alarm errors went off. Going back.")) == []
    (_, subject, text), *_ = desk.mail.sent
    assert subject.endswith("birds-r12 set off an alarm")
    assert "An alarm went off after birds-r12 went live. The alarm errors went off." in " ".join(text.split())


KAY = Author(Approver("", "kay@example.com"), "told by e-mail", reached=True)
UNASKED = changed(WAITING, question=None)


@pytest.mark.parametrize(
    ("state", "subject"),
    [
        (State.LIVE, "is live"),
        (State.REJECTED, "was rejected"),
        (State.SUPERSEDED, "was superseded"),
        (State.STOPPED, "was stopped"),
    ],
)
def test_only_the_author_is_told_how_a_release_fares(state: State, subject: str) -> None:
    """Once; approvers get what asks for them."""
    desk = Desk().given(copy_to="team@example.com", history_link=lambda person, release: "https://story")
    assert desk.send(replace(WAITING, state=state), KAY) == ["kay@example.com"]
    assert desk.send(replace(WAITING, state=state, reason="more"), KAY) == []
    (_, said, text), *_ = desk.mail.sent
    assert said == f"birds-r12 {subject}"
    assert "https://story" not in text  # a link is an approver's proof


def test_the_author_learns_why_a_release_was_rejected() -> None:
    """In the words of who rejected it, which cannot look like ours."""
    desk = Desk()
    no = replace(APPROVED, outcome="rejected", reason="Too slow: see http://evil.example.com")
    desk.send(changed(WAITING, state=State.REJECTED, decision=no), KAY)
    assert "Why: “Too slow: see http[:]//evil[.]example[.]com”" in " ".join(desk.mail.sent[0][2].split())


def test_the_author_is_told_that_others_are_asked() -> None:
    """Unless they are asked themselves, about what is still open."""
    assert Desk().send(WAITING, KAY) == [ADA, GRACE, EMMY, "kay@example.com"]
    assert Desk().send(WAITING, Author(Approver("U0ADA", ADA))) == [ADA, GRACE, EMMY]
    assert Desk().send(changed(WAITING, pending_decision=APPROVED), KAY) == []


@pytest.mark.parametrize("state", [State.REFUSED, State.FAILED])
def test_an_end_before_anybody_was_asked_is_the_authors(state: State) -> None:
    """Approvers have nothing to do there; if nobody else hears of it, they do."""
    ended = replace(UNASKED, state=state)
    assert Desk().send(ended, KAY) == ["kay@example.com"]
    assert Desk().given(copy_to="team@example.com").send(ended) == ["team@example.com"]
    assert Desk().send(ended) == [ADA, GRACE, EMMY]
    assert Desk().send(ended, replace(KAY, reached=False)) == [ADA, GRACE, EMMY, "kay@example.com"]


def test_an_author_who_approves_others_gets_one_mail_about_an_end() -> None:
    """With their own link."""
    desk = Desk().given(history_link=lambda person, release: f"https://for/{person.email}")
    assert desk.send(replace(WAITING, state=State.FAILED), Author(Approver("U0ADA", ADA))) == [ADA, GRACE, EMMY]
    assert f"https://for/{ADA}" in desk.mail.sent[0][2]
