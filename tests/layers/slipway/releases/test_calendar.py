"""Production is open when the release hours say so and no freeze is on, whatever the clocks do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway.models import RollbackRequest, State, Vote
from slipway.releases.calendar import GRACE, Freeze, OpenHours, ReleaseCalendar
from slipway.releases.calendar_parameters import misconfiguration, parse_calendar
from tests.support.made_releases import WAITING, changed

OFFICE = parse_calendar("Mon-Fri 08:00-16:00 Europe/Berlin", "2026-12-20/2027-01-06 Christmas")
FRIDAY_EVENING = datetime(2026, 11, 27, 18, tzinfo=UTC)
MONDAY_MORNING = datetime(2026, 11, 30, 7, tzinfo=UTC)  # 08:00 in Berlin
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("at", "closed"),
    [
        ("2026-11-27T08:00+01:00", ""),
        ("2026-11-27T07:59:59+01:00", "outside the release hours"),
        ("2026-11-27T15:59:59+01:00", ""),
        ("2026-11-27T16:00+01:00", "outside the release hours"),
        ("2026-11-28T12:00+01:00", "outside the release hours"),
        ("2026-12-19T23:59+01:00", "outside the release hours"),
        ("2026-12-20T00:00+01:00", "by the freeze Christmas"),
        ("2027-01-06T23:59+01:00", "by the freeze Christmas"),
        ("2027-01-07T08:00+01:00", ""),
        ("2026-07-01T08:00+02:00", ""),
        ("2026-07-01T16:00+02:00", "outside the release hours"),
    ],
)
def test_hours_and_freezes_have_exact_edges(at: str, closed: str) -> None:
    """The first second of the hours is open and the last one of a freeze's last day is closed, in local time."""
    assert OFFICE.closed(datetime.fromisoformat(at)) == closed


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-27T18:00+00:00", "2026-11-30T08:00+01:00"),
        ("2026-12-18T17:00+00:00", "2027-01-07T08:00+01:00"),
        ("2026-11-27T12:00+01:00", "2026-11-27T12:00+01:00"),
        ("2026-03-27T20:00+01:00", "2026-03-30T08:00+02:00"),
        ("2026-10-23T20:00+02:00", "2026-10-26T08:00+01:00"),
    ],
)
def test_the_next_opening_is_in_local_time(at: str, opens: str) -> None:
    """Behind weekends, freezes, and changes of the clocks."""
    assert OFFICE.opens(datetime.fromisoformat(at)) == datetime.fromisoformat(opens)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-03-29T00:59:59+00:00", False),
        ("2026-03-29T01:00:00+00:00", False),  # the clocks skip 02:00 to 03:00, and with it the hours of that day
        ("2026-03-22T01:00:00+00:00", True),
        ("2026-10-25T00:00:00+00:00", True),  # 02:00 to 03:00 happens twice, and both count
        ("2026-10-25T01:59:59+00:00", True),
        ("2026-10-25T02:00:00+00:00", False),
    ],
)
def test_a_change_of_the_clocks_within_the_hours(at: str, is_open: bool) -> None:
    """Hours that the clocks skip do not exist; those that they repeat are open twice."""
    night = parse_calendar("Sun 02:00-03:00 Europe/Berlin", "")
    assert (night.closed(datetime.fromisoformat(at)) == "") is is_open


MOMENTS = st.integers(0, 6 * 366 * 86400).map(lambda after: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=after))
ZONES = st.sampled_from(
    ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Kolkata", "America/Havana"]
).map(ZoneInfo)
TIMES = st.times().map(lambda one: one.replace(second=0, microsecond=0))


@st.composite
def hours(draw: st.DrawFn) -> OpenHours:
    opens, closes = sorted(draw(st.lists(TIMES, min_size=2, max_size=2, unique=True)))
    weekdays = draw(st.frozensets(st.integers(0, 6), min_size=1))
    return OpenHours(weekdays, opens, draw(st.sampled_from([closes, None])))


@st.composite
def calendars(draw: st.DrawFn) -> ReleaseCalendar:
    days = st.integers(0, 60).map(lambda number: timedelta(days=number, hours=1))
    freezes = st.builds(lambda at, span: Freeze(at, at + span, "a freeze"), MOMENTS, days)
    lists = draw(st.lists(hours(), max_size=3)), draw(st.lists(freezes, max_size=3))
    return ReleaseCalendar(tuple(lists[0]), tuple(lists[1]), draw(ZONES))


@given(calendars(), MOMENTS)
def test_production_is_open_when_it_is_said_to_open(calendar: ReleaseCalendar, at: datetime) -> None:
    """Never before, either: every hour until then is closed."""
    opens = calendar.opens(at)
    assert opens >= at
    assert calendar.closed(opens) == ""
    span = opens - at
    assert all(calendar.closed(at + span * share / 40) for share in range(40) if span)


@given(hours(), ZONES, MOMENTS)
def test_release_hours_are_those_of_the_clock_on_the_wall(one: OpenHours, zone: ZoneInfo, at: datetime) -> None:
    """Where the clocks do not change that day, the local weekday and time alone decide."""
    local = at.astimezone(zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    offsets = {(midnight + timedelta(hours=hour)).utcoffset() for hour in (-2, 0, 6, 12, 18, 24, 26)}
    if len(offsets) == 1:
        within = one.opens <= local.time() < (one.closes or time.max)
        expected = local.weekday() in one.weekdays and within
        assert (ReleaseCalendar((one,), (), zone).closed(at) == "") is expected


def test_an_approval_is_refused_with_the_time_of_the_opening() -> None:
    """And what to do about it."""
    refusal = OFFICE.refusal(WAITING, Vote("approved", "ada", FRIDAY_EVENING, "slack"), FRIDAY_EVENING)
    assert "Production is closed outside the release hours until 2026-11-30 07:00:00 UTC." in refusal


def test_a_question_that_expires_in_the_freeze_says_so() -> None:
    """CodePipeline's approval does not wait longer for a freeze."""
    assert WAITING.approval.question
    now = datetime(2026, 12, 21, tzinfo=UTC)
    asked = changed(WAITING, question=replace(WAITING.approval.question, expires=now + timedelta(days=3)))
    assert "expires before that, so upload it again then" in OFFICE.refusal(asked, None, now)


@pytest.mark.parametrize(
    "release",
    [
        replace(WAITING, rollback=RollbackRequest("birds-r11", "ada@example.com")),
        replace(WAITING, state=State.RETIRED, times={**WAITING.times, State.LIVE: FRIDAY_EVENING}),
    ],
    ids=["a release that goes back", "what was live before"],
)
def test_the_way_back_is_always_open(release: object) -> None:
    """Whether a person asked for it or CodePipeline rolls the stage back."""
    assert OFFICE.refusal(release, None, FRIDAY_EVENING) == ""  # type: ignore[arg-type]


@pytest.mark.parametrize(("later", "allowed"), [(GRACE, True), (GRACE + MINUTE, False)])
def test_an_approval_in_the_hours_holds_for_a_short_while(later: timedelta, allowed: bool) -> None:
    """The pipeline needs a moment to deploy, and must not deploy days later."""
    last = datetime(2026, 11, 27, 14, 59, tzinfo=UTC)
    assert (OFFICE.refusal(WAITING, Vote("approved", "ada", last, "slack"), last + later) == "") is allowed


@pytest.mark.parametrize(
    ("now", "allowed"),
    [(FRIDAY_EVENING + 60 * MINUTE, True), (MONDAY_MORNING, True), (MONDAY_MORNING + timedelta(hours=12), False)],
    ids=["in the same closed time", "in the hours", "in the next closed time"],
)
def test_an_override_holds_until_production_opens(now: datetime, allowed: bool) -> None:
    """Who overrode one freeze said nothing about the next one."""
    vote = Vote("approved", "ada", FRIDAY_EVENING, "page", "customers are down", override=True)
    assert (OFFICE.refusal(WAITING, vote, now) == "") is allowed


@pytest.mark.parametrize(
    ("release_hours", "freezes", "why"),
    [
        ("Mon-Fri 08:00-16:00 Europe/Berln", "", "'Europe/Berln', which is no time zone"),
        ("Mon-Fri 08:00-25:00 UTC", "", "write DAYS FROM-TO ZONE"),
        ("Europe/Berlin", "", "write DAYS FROM-TO ZONE"),
        ("weekdays UTC", "", "write DAYS FROM-TO ZONE"),
        ("Mon 22:00-04:00 UTC", "", "write a night as two entries"),
        ("", "2026-12-20", "write FIRST/LAST NAME"),
        ("", "2026-02-30/2026-03-01 skiing", "write FIRST/LAST NAME"),
        ("", "2027-01-06/2026-12-20 Christmas", "ends before it begins"),
        ("Mon-Thu 08:00-16:00, Fri 00:00-24:00 Europe/Berlin", "2026-12-20/2026-12-20, 2027-01-01/2027-01-01 x y", ""),
        ("Sat-Mon 08:00-16:00 UTC", "", ""),
        ("", "", ""),
    ],
)
def test_parameters_that_cannot_be_read_are_named(release_hours: str, freezes: str, why: str) -> None:
    """At the deployment: a function that could not read them would approve nothing."""
    said = misconfiguration(release_hours, freezes)
    assert why in said
    assert bool(said) is bool(why)
