"""Notifier through Slack's own library, to a Slack as strict as Slack."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from slipway.adapters.slack import ChannelClient
from slipway.models import Candidate, Decision, State, Vote
from slipway.notifications.email.notifier import EmailNotifier
from slipway.notifications.notifier import Notifier
from slipway.notifications.slack.notifier import SlackNotifier
from tests.support.fakes import NOW, FakeClock, FakeLedger, FakeMail
from tests.support.made_releases import ONE, QUESTION, SMOKE, TWO, URLS, changed
from tests.support.slack_stage import StandIn, door

YES = Vote("approved", "ada@example.com", NOW, "slack")
APPROVED = Decision.completed_by(YES)


@pytest.fixture
def slack(tmp_path: Path) -> Iterator[StandIn]:
    with door() as opened, opened.open(tmp_path) as stand_in:
        yield stand_in


@pytest.fixture
def said(slack: StandIn) -> Notifier:
    ledger = FakeLedger()
    ledger.open(Candidate("birds-000000000001", "birds", "models/birds/v1/", (), NOW), State.RECEIVED, "", NOW)
    return Notifier(ledger, FakeClock(), EmailNotifier(FakeMail(), ONE, URLS), telling(slack))


def telling(slack: StandIn) -> SlackNotifier:
    channel = ChannelClient(lambda: slack.settings.token, "C0RELEASES", f"{slack.settings.base_url}/api/")
    return SlackNotifier(channel, URLS, TWO)


def announce(said: Notifier, **fields: object) -> str:
    said.ledger.change("birds-r1", lambda one: changed(one, **fields))
    return said.notify("birds-r1")


def test_a_release_lives_on_one_card(said: Notifier, slack: StandIn) -> None:
    """From its arrival to its end, with a thread below it."""
    way: list[dict[str, object]] = [
        {"state": State.BUILDING, "blocked_by": "birds-r0"},
        {"state": State.TESTING, "smoke": {"staging": replace(SMOKE, accuracy=0.9, changed=200)}},
        {"state": State.WAITING, "question": QUESTION},
        {"votes": (YES,), "reminders": ("half time",)},
        {"pending_decision": APPROVED},
        {"pending_decision": None, "decision": APPROVED, "state": State.RELEASING},
        {"state": State.LIVE, "previous_live": "birds-r0"},
        {"state": State.ROLLED_BACK, "reason": "x" * 5000},
    ]
    assert [announce(said, **step) for step in way] == [""] * len(way)
    card, *thread = slack.messages()
    assert card["text"] == "🔴 birds-r1: Rolled back."
    assert card["edits"] == len(way) - 1
    assert [one["thread_ts"] for one in thread] == [card["ts"]] * 3


def test_an_hour_without_slack_loses_nothing(said: Notifier, slack: StandIn) -> None:
    """Then one card is there, with the newest state."""
    slack.client.post("/faults", json={"down": True})
    for state in (State.BUILDING, State.TESTING):
        assert "Slack did not take" in announce(said, state=state)
    slack.client.post("/faults", json={})
    later = replace(said, slack=telling(slack))  # the rest that this channel gives Slack is not waited for here
    assert list(later.catch_up()) == [("birds-r1", "")]
    assert [one["text"] for one in slack.messages()] == ["🔵 birds-r1: On staging; the smoke test runs."]


def test_a_slack_that_wants_a_moment_gets_it(said: Notifier, slack: StandIn) -> None:
    """429 with Retry-After: the card is there a second later."""
    slack.client.post("/faults", json={"status": 429, "retry_after": 1, "times": 1})
    assert announce(said, state=State.BUILDING) == ""
    assert len(slack.messages()) == 1


def test_a_token_that_was_revoked_is_named(said: Notifier, slack: StandIn) -> None:
    """So that the log tells what a person has to do."""
    channel = ChannelClient(lambda: "xoxb-revoked", "C0RELEASES", f"{slack.settings.base_url}/api/")
    assert "invalid_auth" in replace(said, slack=SlackNotifier(channel, URLS, TWO)).notify("birds-r1")
    assert list(said.ledger.behind()) == ["birds-r1"]


def test_an_author_is_found_by_their_address(said: Notifier, slack: StandIn) -> None:
    """And mentioned; one whom the workspace does not know is not."""
    chat = telling(slack).chat
    assert [chat.find_user(one) for one in ("grace@example.com", "stranger@example.com")] == ["U0GRACE", ""]
