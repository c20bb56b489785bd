"""What is said of a release is said once, and from the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from slipway.approvals.policy import Policy
from slipway.errors import NotFound
from slipway.models import Candidate, Card, Commit, Question, Repeat, State
from slipway.notifications.email.notifier import EmailNotifier
from slipway.notifications.lease import DURATION, CardLease
from slipway.notifications.notifier import GIVE_UP, Notifier
from slipway.notifications.slack.notifier import SlackNotifier
from tests.support.fakes import NOW, FakeChat, FakeClock, FakeLedger, FakeMail
from tests.support.made_releases import ONE, URLS, changed

QUESTION = Question("token", NOW, NOW + timedelta(hours=4))
ALONE = Policy.parse("U0ADA=ada@example.com", 1)  # one mail is enough here


class World:
    """An announcer, and all that it says things to."""

    def __init__(self) -> None:
        self.ledger, self.clock, self.chat, self.mail = FakeLedger(), FakeClock(), FakeChat(), FakeMail()
        self.ledger.open(Candidate("birds-000000000001", "birds", "models/birds/v1/", (), NOW), State.RECEIVED, "", NOW)
        email, slack = EmailNotifier(self.mail, ALONE, URLS), SlackNotifier(self.chat, URLS, ONE)
        self.said = Notifier(self.ledger, self.clock, email, slack)

    def change(self, **fields: object) -> str:
        self.ledger.change("birds-r1", lambda release: changed(release, **fields))
        return self.said.notify("birds-r1")

    def card(self) -> Card:
        return self.ledger.card(self.ledger.release("birds-r1"))

    def replies(self) -> list[str]:
        return [text for text, _, thread in self.chat.posted if thread]

    def posted(self) -> list[str]:
        return [text for text, _, thread in self.chat.posted if not thread]

    def shown(self) -> str:
        return ([*self.posted(), *(text for _, text, _ in self.chat.updated)])[-1]


@pytest.fixture
def world() -> World:
    return World()


def test_a_release_has_one_card_that_changes(world: World) -> None:
    """Posted once, updated in place."""
    for state in (State.RECEIVED, State.BUILDING, State.STAGING):
        world.change(state=state)
    assert len(world.posted()) == 1
    assert [ts for ts, _, _ in world.chat.updated] == ["1.0", "1.0"]


def test_card_and_mail_say_what_is_new_in_the_code(world: World) -> None:
    """Beside what is live just then, which is not what was live when the release was opened."""
    live = replace(world.ledger.release("birds-r1"), id="birds-r9", number=9, state=State.LIVE, commit=Commit("aaa"))
    world.ledger.releases[live.id], world.ledger.live_id = live, live.id
    world.change(state=State.WAITING, question=QUESTION, commit=Commit("aaa"))
    [(_, blocks, _), *_] = world.chat.posted
    assert "*Code* the same as that of birds-r9" in str(blocks)
    assert "Code:        the same as that of birds-r9" in world.mail.sent[0][2]


def test_nothing_new_is_said_twice(world: World) -> None:
    """A stream record that is delivered again costs Slack nothing."""
    for _ in range(3):
        world.said.notify("birds-r1")
    assert (len(world.chat.posted), world.chat.updated, world.card().behind) == (1, [], False)


def test_a_question_is_mailed_once(world: World) -> None:
    """And again only when a new question is asked."""
    world.change(state=State.WAITING, question=QUESTION)
    world.change(reason="something else changed")
    assert len(world.mail.sent) == 1
    world.change(question=replace(QUESTION, token="another"))
    assert len(world.mail.sent) == 2


@pytest.mark.parametrize("state", [State.REFUSED, State.FAILED, State.EXPIRED, State.ROLLED_BACK])
def test_an_end_that_somebody_must_know_of_is_mailed_once(world: World, state: State) -> None:
    """Whoever has no Slack hears of it as well."""
    world.change(state=state)
    world.change(reason="because")
    assert len(world.mail.sent) == 1


def test_a_slack_that_is_down_keeps_nothing_else_back(world: World) -> None:
    """The mail goes out, the stream goes on, and the card is found as soon as somebody looks again."""
    world.chat.down = True
    assert [world.change(state=State.WAITING, question=QUESTION) for _ in range(2)] == ["Slack is down."] * 2
    assert (len(world.mail.sent), list(world.ledger.behind())) == (1, ["birds-r1"])
    assert list(world.said.catch_up()) == [("birds-r1", "Slack is down.")]
    world.chat.down = False
    assert list(world.said.catch_up()) == [("birds-r1", "")]
    assert (len(world.posted()), list(world.ledger.behind()), len(world.mail.sent)) == (1, [], 1)


def test_an_update_that_nobody_knows_the_outcome_of_is_sent_again(world: World) -> None:
    """Even if the release is back where the card was last seen."""
    world.change(state=State.BUILDING)
    world.chat.down = True
    world.change(state=State.STAGING)
    world.chat.down = False
    world.change(state=State.BUILDING)
    assert [text for _, text, _ in world.chat.updated] == ["🔵 birds-r1: The image is being built."]


def test_a_mail_that_fails_does_not_keep_the_card_back(world: World) -> None:
    """The stream brings the record again; what was said is not said twice."""

    def broken(to: str, subject: str, text: str) -> None:
        raise TimeoutError

    send, world.mail.send = world.mail.send, broken  # type: ignore[method-assign]
    with pytest.raises(TimeoutError):
        world.change(state=State.FAILED)
    assert (len(world.posted()), list(world.ledger.behind())) == (1, ["birds-r1"])
    world.mail.send = send  # type: ignore[method-assign]
    world.said.notify("birds-r1")
    assert (len(world.posted()), len(world.mail.sent), list(world.ledger.behind())) == (1, 1, [])


def test_one_release_that_cannot_be_announced_does_not_stop_the_others(world: World) -> None:
    """Its turn comes last, as an error that somebody sees."""
    world.ledger.open(Candidate("birds-000000000002", "birds", "models/birds/v2/", (), NOW), State.RECEIVED, "", NOW)
    world.chat.down = True
    for release_id in ("birds-r1", "birds-r2"):
        world.said.notify(release_id)
    world.chat.down = False
    world.ledger.releases.pop("birds-r1")
    caught_up = world.said.catch_up()
    assert next(caught_up) == ("birds-r2", "")
    with pytest.RaisesGroup(pytest.RaisesExc(NotFound, match="birds-r1")):
        next(caught_up)


def test_without_slack_the_mail_is_enough(world: World) -> None:
    """Slack is optional."""
    world.said = replace(world.said, slack=None)
    assert world.change(state=State.WAITING, question=QUESTION) == ""
    assert (len(world.mail.sent), list(world.ledger.behind())) == (1, [])


def test_a_card_that_was_deleted_is_posted_again_once(world: World) -> None:
    """Whoever deletes that one, too, does not want it; nobody is bothered with its thread either."""
    world.change(state=State.BUILDING)
    world.chat.deleted.add("1.0")
    world.change(state=State.STAGING)
    assert (world.posted(), world.card().ts) == (["🔵 birds-r1: The image is being built.", world.shown()], "2.0")
    world.chat.deleted.add("2.0")
    assert world.change(state=State.WAITING, question=QUESTION) == ""
    world.change(reminders=("half time",))
    assert (len(world.chat.posted), list(world.ledger.behind())) == (2, [])


def test_a_channel_that_stays_closed_is_not_tried_for_ever(world: World) -> None:
    """A week after its end nobody needs the card of a release."""
    world.chat.down = True
    world.change(state=State.FAILED)
    world.clock.sleep(GIVE_UP.total_seconds() + 1)
    assert list(world.said.catch_up()) == [("birds-r1", "")]
    assert list(world.ledger.behind()) == []


def test_a_release_that_has_not_ended_is_tried_as_long_as_it_takes(world: World) -> None:
    """Somebody has to answer about it, however long Slack is away."""
    world.chat.down = True
    world.change(state=State.WAITING, question=QUESTION)
    world.clock.sleep(GIVE_UP.total_seconds() + 1)
    assert list(world.said.catch_up()) == [("birds-r1", "Slack is down.")]
    assert list(world.ledger.behind()) == ["birds-r1"]


def test_a_week_is_counted_from_the_end_of_a_release(world: World) -> None:
    """Not from its beginning: one may wait for weeks."""
    world.clock.sleep(3 * GIVE_UP.total_seconds())
    world.chat.down = True
    times = {State.RECEIVED: NOW, State.FAILED: world.clock.now() - timedelta(days=1)}
    assert world.change(state=State.FAILED, times=times) == "Slack is down."
    assert list(world.ledger.behind()) == ["birds-r1"]


def test_a_question_calls_its_approvers_in_the_thread(world: World) -> None:
    """Once; the reminder is another message there, and the channel has one card all the same."""
    world.change(state=State.WAITING, question=QUESTION)
    world.change(reminders=("half time",))
    world.said.notify("birds-r1")
    asked, reminded = world.replies()
    assert "waits for your answer" in asked
    assert "still waits" in reminded
    assert len(world.posted()) == 1


def test_who_uploads_known_content_again_reads_which_release_it_is(world: World) -> None:
    """In the thread of that release's card, once."""
    for _ in range(2):
        world.change(repeats=(Repeat("models/birds/<copy>/", NOW),))
    (told,) = world.replies()
    assert told.startswith("“models/birds/&lt;copy&gt;/”, complete since")
    assert "is the same content as birds-r1 (received): nothing was started." in told


def test_a_claim_that_a_crash_left_is_taken_over_after_a_while(world: World) -> None:
    """Until then the card counts as behind, so that somebody comes back to it."""
    assert CardLease(world.ledger, world.clock, world.ledger.release("birds-r1"), "dead").acquire()
    assert world.change(state=State.BUILDING) == ""
    assert (world.chat.posted, list(world.ledger.behind())) == ([], ["birds-r1"])
    world.clock.sleep(DURATION.total_seconds())
    assert list(world.said.catch_up()) == [("birds-r1", "")]
    assert (len(world.posted()), list(world.ledger.behind())) == (1, [])


def test_a_card_that_slack_never_takes_is_replaced_by_a_plain_one(world: World) -> None:
    """It is reported, and not tried again until there is something new to show."""
    reported = list[str]()
    world.said = replace(world.said, slack=SlackNotifier(world.chat, URLS, ONE, report=reported.append))
    world.chat.rejects = "header"
    for _ in range(2):
        assert world.change(state=State.WAITING, question=replace(QUESTION, link="https://console.example.com")) == ""
    told = "🟡 birds-r1: Waiting for an answer. Slack did not take more than this about it."
    assert world.posted() == [f"{told} <https://console.example.com|Answer in the AWS console>."]
    assert (len(reported), list(world.ledger.behind()), len(world.replies())) == (1, [], 1)
    assert reported[0].endswith("invalid_blocks. The card of birds-r1 is posted without its facts.")
    world.chat.rejects = ""
    world.change(state=State.RELEASING)
    assert world.chat.updated[-1][2] != []


def test_a_reply_that_slack_never_takes_is_replaced_by_a_plain_one(world: World) -> None:
    """Below the card, which has all the rest."""
    reported = list[str]()
    world.said = replace(world.said, slack=SlackNotifier(world.chat, URLS, ONE, report=reported.append))
    world.change(state=State.BUILDING)
    world.chat.rejects = "birds-r1 failed"
    world.change(state=State.FAILED)
    world.change(bytes=7)
    assert world.replies() == ["🔴 birds-r1: Failed. Slack did not take more than this about it."]
    assert len(reported) == 1


def test_a_channel_that_takes_nothing_is_tried_again(world: World) -> None:
    """It is not the card that is wrong: somebody will invite the bot, or unarchive the channel."""
    world.chat.rejects = "birds-r1"
    assert "invalid_blocks" in world.change(state=State.BUILDING)
    world.chat.rejects = ""
    assert list(world.said.catch_up()) == [("birds-r1", "")]
    assert world.posted() == ["🔵 birds-r1: The image is being built."]
