"""Those who have not answered are reminded, each time once."""

from datetime import timedelta

import pytest

from slipway.approvals.reminders import Reminders
from slipway.models import Candidate, Decision, Question, State
from tests.support.fakes import NOW, FakeLedger
from tests.support.made_releases import changed

HOUR = timedelta(hours=1)


@pytest.fixture
def ledger() -> FakeLedger:
    ledger = FakeLedger()
    ledger.open(Candidate("birds-000000000001", "birds", "models/birds/v1/", (), NOW), State.RECEIVED, "", NOW)
    waiting = Question("token", NOW, NOW + 4 * HOUR)
    ledger.change("birds-r1", lambda one: changed(one, state=State.WAITING, question=waiting))
    return ledger


def due(reminders: Reminders, hours: float) -> list[tuple[str, ...]]:
    return [release.approval.reminders for release in reminders.record_due(NOW + hours * HOUR)]


def test_a_reminder_is_due_at_half_time_and_in_the_last_hour(ledger: FakeLedger) -> None:
    """Four hours to answer: reminded after two and after three, each once."""
    told = [due(Reminders(ledger), hours) for hours in (1.9, 2, 2.5, 3, 3.5)]
    assert told == [[], [("half time",)], [], [("half time", "last hour")], []]


def test_others_are_told_when_the_time_for_that_has_come(ledger: FakeLedger) -> None:
    """Not before, and once; the escalation is a parameter, without which there is none."""
    told = [due(Reminders(ledger, escalate_after=HOUR), hours) for hours in (0, 0.9, 1, 1.1)]
    assert told == [[], [], [("escalation",)], []]
    assert due(Reminders(ledger), 1) == []


def test_an_escalation_that_comes_after_the_end_is_none(ledger: FakeLedger) -> None:
    """The question expires before."""
    assert "escalation" not in Reminders(ledger, escalate_after=4 * HOUR).times(Question("t", NOW, NOW + 4 * HOUR))


def test_a_short_question_has_no_last_hour(ledger: FakeLedger) -> None:
    """Its half time is reminder enough."""
    short = Question("token", NOW, NOW + HOUR)
    ledger.change("birds-r1", lambda one: changed(one, question=short))
    assert list(Reminders(ledger).times(short)) == ["half time"]


def test_nobody_is_reminded_of_what_is_answered(ledger: FakeLedger) -> None:
    """Not even while the answer is on its way."""
    ledger.change(
        "birds-r1", lambda one: changed(one, pending_decision=Decision("approved", "ada@example.com", NOW, "slack"))
    )
    assert due(Reminders(ledger), 3) == []
