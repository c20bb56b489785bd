"""The four figures of delivery, counted by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from slipway.models import Decision, Question, Release, State
from slipway.web.history.metrics import approval_wait, delivery_metrics, lead_time
from slipway.web.history.plots import leads, timed, unit_of, weekly
from tests.support.fakes import NOW
from tests.support.made_releases import changed

HOUR = timedelta(hours=1)
WITHDRAWN = Decision("rejected", "Slipway", NOW, "slipway", "Superseded by birds-r2.")


def release(number: int, state: State = State.RETIRED, days: float = 1, lead: float = 5, **more: Any) -> Release:
    """A release that changed production so many days ago, so many hours after its upload."""
    at = NOW - timedelta(days=days)
    reached = {State.RECEIVED: at - lead * HOUR, State.WAITING: at - 3 * HOUR, State.RELEASING: at - HOUR}
    times = reached | {State.FAILED if state is State.FAILED else State.LIVE: at}
    asked = Question("token", at - 3 * HOUR, at + HOUR)
    answer = Decision("approved", "ada@example.com", at - HOUR, "slack")
    plain = Release(f"birds-r{number}", "birds", number, "c", state, times, uploaded_at=at - lead * HOUR)
    return changed(plain, **({"question": asked, "decision": answer} | more))


def test_figures_sum_up_what_came_to_production() -> None:
    """Two of four went wrong; medians, so that one weekend does not hide all other days."""
    releases = [
        release(1, State.LIVE, lead=5),
        release(2, lead=50),
        release(3, State.ROLLED_BACK, days=8, lead=7),
        release(4, State.FAILED, days=9),
    ]
    summed = delivery_metrics(releases, NOW)
    assert (summed.changes, summed.failed) == (4, 2)
    assert [(week.live, week.failed) for week in summed.weeks[-3:]] == [(0, 0), (0, 2), (2, 0)]
    assert (summed.lead_time, summed.approval_wait) == (7 * HOUR, 2 * HOUR)


@pytest.mark.parametrize("state", [State.REJECTED, State.EXPIRED, State.WAITING, State.REFUSED])
def test_what_never_came_to_production_counts_for_nothing(state: State) -> None:
    """A rejected release is no failure of production: it is a success of the question."""
    assert delivery_metrics([release(1, state, times={State.RECEIVED: NOW, state: NOW})], NOW).changes == 0


def test_a_failure_before_production_is_none_of_production() -> None:
    """Staging is where things may fail."""
    failed = release(1, State.FAILED, times={State.RECEIVED: NOW, State.STAGING: NOW, State.FAILED: NOW})
    assert delivery_metrics([failed], NOW).changes == 0


def test_old_releases_are_history() -> None:
    """Twelve weeks are looked at."""
    assert delivery_metrics([release(1, days=84.1), release(2, days=83.9)], NOW).changes == 1


def test_nothing_has_no_median() -> None:
    """An empty history is no division by zero."""
    empty = delivery_metrics([], NOW)
    assert (empty.lead_time, empty.approval_wait, empty.changes) == (None, None, 0)
    assert "<svg" in weekly(empty)


def test_what_is_live_once_more_has_no_lead_time() -> None:
    """A rollback made it live again; nobody waited all that time for it."""
    times = {State.RECEIVED: NOW - 90 * HOUR, State.RETIRED: NOW - 10 * HOUR, State.LIVE: NOW}
    assert lead_time(release(1, State.LIVE, times=times)) is None


def test_the_same_content_again_begins_anew() -> None:
    """A push of code releases an upload of last year, and took an hour."""
    again = release(2, previous_release="birds-r1", uploaded_at=NOW - timedelta(days=365), lead=6)
    assert lead_time(again) == 6 * HOUR


def test_nobody_waited_for_an_answer_that_was_not_given() -> None:
    """An expired question is counted elsewhere."""
    assert approval_wait(release(1, State.EXPIRED, decision=None)) is None
    assert approval_wait(release(1, State.SUPERSEDED, decision=WITHDRAWN)) is None


@pytest.mark.parametrize(("hours", "unit"), [(0.02, "seconds"), (0.5, "minutes"), (5, "hours"), (90, "days")])
def test_lead_times_are_drawn_in_a_unit_that_can_be_read(hours: float, unit: str) -> None:
    """Nobody reads 0.0005 days."""
    assert unit_of([release(1, lead=hours)]) == unit


def test_the_last_lead_times_are_drawn() -> None:
    """A dozen, and what was never live is none."""
    releases = [release(number) for number in range(20, 0, -1)] + [release(0, State.FAILED)]
    assert [one.number for one in timed(releases)] == list(range(9, 21))
    assert leads(releases).count("birds-r") == 12
