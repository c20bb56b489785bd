"""An alarm soon after a release went live brings back what was live before, once, and only if it is the release's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from slipway.models import Alarm, Bake, Candidate, Commit, Release, RollbackRequest, State
from slipway.releases.bake import BakeWatch
from tests.support.fakes import NOW, FakeLedger, FakePipeline

BAKE, MINUTE = timedelta(minutes=30), timedelta(minutes=1)
LIVE = NOW + timedelta(hours=1)
DEPLOYED = LIVE - 5 * MINUTE
END = LIVE + BAKE
RANG = Alarm("errors", LIVE + 3 * MINUTE, "Threshold crossed")


@dataclass
class FakeAlarms:
    """The alarms that are in ALARM."""

    ringing: list[Alarm] = field(default_factory=list)
    asked: int = 0

    def in_alarm(self) -> Iterator[Alarm]:
        self.asked += 1
        yield from self.ringing


@dataclass
class World:
    """Two releases, of which the second has gone live."""

    ledger: FakeLedger = field(default_factory=FakeLedger)
    pipeline: FakePipeline = field(default_factory=FakePipeline)
    alarms: FakeAlarms = field(default_factory=FakeAlarms)

    @property
    def watch(self) -> BakeWatch:
        return BakeWatch(self.ledger, self.pipeline, self.alarms, BAKE)

    def goes_live(self, number: int, at: datetime, **changes: object) -> Release:
        name = f"birds-{number:012}"
        opened = self.ledger.open(Candidate(name, "birds", "models/birds/v1/", (), at), State.RECEIVED, "", at)
        times = {**opened.times, State.RELEASING: at - 5 * MINUTE}
        carried = {"execution_id": f"execution-{number}", "commit": Commit("8cf40f2"), "times": times} | changes
        self.ledger.change(opened.id, lambda one: replace(one, **carried))  # type: ignore[arg-type]
        return self.ledger.go_live(opened.id, at)

    def check(self, now: datetime) -> list[Release]:
        return list(self.watch.check(now))

    @property
    def live(self) -> Release:
        live = self.ledger.live()
        assert live
        return live


@pytest.fixture
def world() -> World:
    world = World()
    world.goes_live(1, NOW)
    world.goes_live(2, LIVE)
    return world


def test_an_alarm_brings_back_what_was_live_before(world: World) -> None:
    """The release says why, and CodePipeline's rollback makes the other one live."""
    release = world.watch.alarm_went_off(RANG, RANG.since + MINUTE)
    assert release
    assert world.pipeline.rolled_back == ["execution-1"]
    assert release.bake == Bake("errors", RANG.since, "rollback-to-execution-1")
    assert release.reason == (
        "The alarm errors went off at 2026-11-22 10:03:00 UTC (Threshold crossed). Going back to birds-r1."
    )


@pytest.mark.parametrize("repeat", [RANG, replace(RANG, name="latency")])
def test_a_duplicate_or_another_alarm_goes_back_once(world: World, repeat: Alarm) -> None:
    """EventBridge delivers at least once, and one outage sets off several alarms."""
    world.watch.alarm_went_off(RANG, RANG.since)
    assert world.watch.alarm_went_off(repeat, RANG.since + MINUTE) is None
    assert world.pipeline.rolled_back == ["execution-1"]


@pytest.mark.parametrize(
    "since", [DEPLOYED - MINUTE, END + MINUTE], ids=["before the deployment began", "after the bake"]
)
def test_an_alarm_outside_the_bake_goes_back_to_nothing(world: World, since: datetime) -> None:
    """It is not the release's doing, or not soon enough to tell."""
    assert world.watch.alarm_went_off(replace(RANG, since=since), END) is None
    assert world.pipeline.rolled_back == []


def test_an_alarm_that_was_there_before_is_told(world: World) -> None:
    """Without going back: what was live before had it, too."""
    world.alarms.ringing = [replace(RANG, since=DEPLOYED - MINUTE)]
    (release,) = world.check(LIVE + MINUTE)
    assert release.reason == "errors was in ALARM before it was deployed, so it does not go back."
    assert world.check(LIVE + 2 * MINUTE) == []
    assert world.pipeline.rolled_back == []


@pytest.mark.parametrize("since", [DEPLOYED + MINUTE, RANG.since], ids=["while it was deployed", "while it is live"])
def test_a_lost_event_is_found_by_asking(world: World, since: datetime) -> None:
    """Or one that came before the release was live."""
    world.alarms.ringing = [replace(RANG, since=since)]
    world.check(LIVE + 5 * MINUTE)
    assert world.pipeline.rolled_back == ["execution-1"]


def test_a_bake_without_an_alarm_ends_once(world: World) -> None:
    """From then on nobody asks for alarms, and a late event does nothing."""
    world.check(LIVE + MINUTE)
    (release,) = world.check(END + MINUTE)
    assert release.bake == Bake(ended=END + MINUTE)
    assert world.check(END + 2 * MINUTE) == []
    assert world.alarms.asked == 2
    assert world.watch.alarm_went_off(RANG, END + 3 * MINUTE) is None
    assert world.pipeline.rolled_back == []


def test_a_bake_that_ended_long_ago_goes_back_to_nothing(world: World) -> None:
    """A parameter that is set today must not bring back last year's release."""
    world.alarms.ringing = [RANG]
    (release,) = world.check(END + timedelta(days=9))
    assert release.bake.ended
    assert world.pipeline.rolled_back == []


def test_the_first_release_says_that_there_is_nothing_to_go_back_to() -> None:
    """Once."""
    world = World()
    world.goes_live(1, LIVE)
    release = world.watch.alarm_went_off(RANG, RANG.since)
    assert release
    assert release.reason.endswith("It is the first release: there is nothing to go back to.")
    assert (world.check(END), world.pipeline.rolled_back) == ([], [])


def test_a_rollback_that_was_interrupted_is_resumed(world: World) -> None:
    """CodePipeline may be busy, and a function may die."""
    world.ledger.change("birds-r2", lambda one: replace(one, bake=Bake("errors", RANG.since)))
    assert world.check(RANG.since + MINUTE) == []
    (release,) = world.check(RANG.since + 10 * MINUTE)
    assert release.bake.rollback == "rollback-to-execution-1"
    assert world.check(RANG.since + 20 * MINUTE) == []


def test_where_codepipeline_cannot_roll_back_a_release_goes_back(world: World) -> None:
    """After a change of the pipeline; it is tested and needs an approval like any way back."""
    world.pipeline.outdated = True
    release = world.watch.alarm_went_off(RANG, RANG.since)
    assert release
    opened = world.ledger.release(release.bake.rollback)
    assert opened.rollback == RollbackRequest("birds-r1", "Slipway")
    assert opened.execution_id == f"execution-of-{opened.id}"
    assert release.reason.endswith(f"{opened.id} goes back instead, and needs an approval.")


def test_what_came_back_does_not_go_back(world: World) -> None:
    """Nor does it bake again: two releases with one fault would take turns for ever."""
    world.watch.alarm_went_off(RANG, RANG.since)
    world.ledger.go_live("birds-r1", RANG.since + 5 * MINUTE, back=True)
    again = Alarm("errors", RANG.since + 6 * MINUTE)
    world.alarms.ringing = [again]
    assert world.watch.alarm_went_off(again, again.since) is None
    assert world.check(again.since + MINUTE) == []
    assert world.pipeline.rolled_back == ["execution-1"]


def test_a_release_that_goes_back_does_not_bake() -> None:
    """People asked for it, because of what an alarm would bring back."""
    world = World()
    world.goes_live(1, NOW)
    world.goes_live(2, LIVE, rollback=RollbackRequest("birds-r1", "ada@example.com"))
    assert world.watch.alarm_went_off(RANG, RANG.since) is None


@pytest.mark.parametrize("state", [State.RELEASING, State.VERIFYING])
def test_nothing_goes_back_while_a_newer_one_is_deployed(world: World, state: State) -> None:
    """It may be the newer one's alarm; its own bake asks when it is live."""
    candidate = Candidate("birds-000000000003", "birds", "models/birds/v3/", (), LIVE)
    newer = world.ledger.open(candidate, State.RECEIVED, "", LIVE)
    world.ledger.change(newer.id, lambda one: replace(one, state=state))
    assert world.watch.alarm_went_off(RANG, RANG.since) is None
    assert world.check(END) == []


def test_nothing_is_live_yet() -> None:
    """Production may be ill without a release."""
    world = World()
    assert (world.watch.alarm_went_off(RANG, RANG.since), world.check(END)) == (None, [])
