"""Announcers that work side by side leave one card, and the newest state on it."""

from __future__ import annotations

import random
import threading
from dataclasses import replace

import pytest

from slipway.errors import Conflict
from slipway.models import Candidate, Json, State
from slipway.notifications.email.notifier import EmailNotifier
from slipway.notifications.lease import DURATION, CardLease
from slipway.notifications.notifier import Notifier
from slipway.notifications.slack.notifier import SlackNotifier
from tests.support.fakes import NOW, FakeChat, FakeClock, FakeLedger, FakeMail
from tests.support.made_releases import ONE, URLS

WAY = (State.BUILDING, State.STAGING, State.TESTING, State.WAITING, State.RELEASING, State.VERIFYING, State.FAILED)


class SlowChat(FakeChat):
    """A channel that takes its time, each call another, so that calls come out of order."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.dice, self.now = random.Random(seed), 0
        self.shows: dict[str, str] = {}

    def post(self, text: str, blocks: list[Json], thread: str = "") -> tuple[str, str]:
        self._dawdle()
        place = super().post(text, blocks, thread)
        if not thread:
            self.shows[place[1]] = text
        return place

    def update(self, channel: str, ts: str, text: str, blocks: list[Json]) -> None:
        self._dawdle()
        super().update(channel, ts, text, blocks)
        self.shows[ts] = text

    def _dawdle(self) -> None:
        threading.Event().wait(self.dice.random() * 0.002)


def opened() -> FakeLedger:
    ledger = FakeLedger()
    ledger.open(Candidate("birds-000000000001", "birds", "models/birds/v1/", (), NOW), State.RECEIVED, "", NOW)
    return ledger


@pytest.mark.parametrize("seed", range(6))
def test_many_announcers_leave_one_card_with_the_newest_state(seed: int) -> None:
    """Each has just moved the release on, or hears of it late; Slack answers in any order."""
    ledger, chat, mail = opened(), SlowChat(seed), FakeMail()
    said = Notifier(ledger, FakeClock(), EmailNotifier(mail, ONE, URLS), SlackNotifier(chat, URLS, ONE))
    moving = threading.Lock()

    def move(state: State) -> None:
        with moving:
            ledger.change("birds-r1", lambda one: replace(one, state=max(one.state, state, key=list(State).index)))
        for _ in range(2):
            said.notify("birds-r1")

    threads = [threading.Thread(target=move, args=(state,)) for state in WAY]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(chat.shows.values()) == ["🔴 birds-r1: Failed."]
    assert [to for to, subject, _ in mail.sent if "failed" in subject.lower()] == [one.email for one in ONE.approvers]
    assert list(ledger.behind()) == []


def test_news_that_come_while_somebody_speaks_are_told_by_them() -> None:
    """The second announcer goes home at once, and the first one says both."""
    ledger = opened()

    class Interrupted(FakeChat):
        def post(self, text: str, blocks: list[Json], thread: str = "") -> tuple[str, str]:
            if not self.posted:
                ledger.change("birds-r1", lambda one: replace(one, state=State.BUILDING))
                assert second.notify("birds-r1") == ""
                assert self.posted == []
            return super().post(text, blocks, thread)

    chat = Interrupted()
    first = Notifier(ledger, FakeClock(), EmailNotifier(FakeMail(), ONE, URLS), SlackNotifier(chat, URLS, ONE))
    second = replace(first)
    first.notify("birds-r1")
    assert [text for text, _, _ in chat.posted] == ["🔵 birds-r1: Received; the pipeline starts."]
    assert [text for _, text, _ in chat.updated] == ["🔵 birds-r1: The image is being built."]


def test_who_has_lost_the_lease_says_nothing_more() -> None:
    """It was thought to be dead; whoever took over says what there is."""
    ledger, clock = opened(), FakeClock()
    release = ledger.release("birds-r1")
    first, second = (CardLease(ledger, clock, release, name) for name in ("first", "second"))
    assert first.acquire()
    clock.sleep(DURATION.total_seconds())
    assert second.acquire()
    with pytest.raises(Conflict, match="taken over the card of birds-r1"):
        first.save(replace(ledger.card(release), shown="old"))
    first.abandon()
    assert first.release(behind=False)
    assert (ledger.card(release).writer, ledger.card(release).shown) == ("second", "")
