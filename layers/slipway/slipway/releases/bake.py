"""The bake: for a while after a release went live, an alarm in production brings back what was live before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from slipway.errors import RollbackRefused
from slipway.models import SLIPWAY, Alarm, Bake, Release, State
from slipway.models.formatting import moment
from slipway.models.text import one_line
from slipway.ports import Alarms, Ledger, OwnPipeline
from slipway.releases import start_execution

_INTERRUPTED = timedelta(minutes=5)  # a rollback takes seconds to begin: after this, whoever began it was interrupted
_STALE = timedelta(hours=1)  # after its end, a bake that nobody looked at ends without another question
_REASON = 500  # characters of CloudWatch's reason


@dataclass(frozen=True, slots=True)
class BakeWatch:
    """Watches the live release for `time` after it went live.

    An alarm counts from the beginning of the deployment on: one that was in ALARM before is not the release's doing.
    """

    ledger: Ledger
    pipeline: OwnPipeline
    alarms: Alarms
    time: timedelta

    def alarm_went_off(self, alarm: Alarm, now: datetime) -> Release | None:
        """Go back from the live release if an alarm's event falls into its bake; None if it does not."""
        live = self._baking()
        if live is None or not self._counts(live, alarm):
            return None
        return self._go_back(live, alarm, now)

    def check(self, now: datetime) -> Iterator[Release]:
        """Ask for the alarms, resume a rollback that was interrupted, or end the bake; yield a release that changed."""
        live = self._baking()
        if live is None:
            return
        checked = self._resume(live, now) if live.bake.alarm else self._ask(live, now)
        if checked != live:
            yield checked

    def _baking(self) -> Release | None:
        """Return the live release while its bake lasts; None while another one is being deployed over it."""
        live = self.ledger.live()
        if live is None or not bakes(live) or live.bake.ended:
            return None
        deployed = (State.RELEASING, State.VERIFYING)
        return None if any(one.state in deployed for one in self.ledger.unfinished()) else live

    def _ends(self, live: Release) -> datetime:
        return live.times[State.LIVE] + self.time

    def _counts(self, live: Release, alarm: Alarm) -> bool:
        begun = live.times.get(State.RELEASING, live.times[State.LIVE])
        return begun <= alarm.since <= self._ends(live)

    def _ask(self, live: Release, now: datetime) -> Release:
        stale = now > self._ends(live) + _STALE
        in_alarm = [] if stale else list(self.alarms.in_alarm())
        if counting := next((alarm for alarm in in_alarm if self._counts(live, alarm)), None):
            return self._go_back(live, counting, now) or live
        before = [alarm for alarm in in_alarm if not self._counts(live, alarm)]
        return self.ledger.change(live.id, self._looked_at(before, now))

    def _looked_at(self, before: list[Alarm], now: datetime) -> Callable[[Release], Release]:
        def change(current: Release) -> Release:
            if current.state is not State.LIVE or current.bake.alarm:
                return current
            told = f"{before[0].name} was in ALARM before it was deployed, so it does not go back." if before else ""
            ended = now if now > self._ends(current) else None
            return replace(current, reason=told or current.reason, bake=Bake(ended=ended))

        return change

    def _go_back(self, live: Release, alarm: Alarm, now: datetime) -> Release | None:
        """Record the alarm, and go back; None if another invocation has recorded one: it goes back."""
        recorded = False

        def record(current: Release) -> Release:
            nonlocal recorded
            recorded = current.state is State.LIVE and current.bake == Bake()
            bake = Bake(alarm.name, alarm.since)
            return replace(current, bake=bake, reason=_why(current, alarm)) if recorded else current

        claimed = self.ledger.change(live.id, record)
        return self._roll_back(claimed, now) if recorded else None

    def _resume(self, live: Release, now: datetime) -> Release:
        interrupted = live.bake.since and now > live.bake.since + _INTERRUPTED
        return self._roll_back(live, now) if interrupted and not live.bake.rollback else live

    def _roll_back(self, live: Release, now: datetime) -> Release:
        """Have CodePipeline deploy what was live before; where it cannot, open a release that goes back."""
        if not live.previous_live:
            return live
        target = self.ledger.release(live.previous_live)
        try:
            rollback, told = self.pipeline.roll_back(target.execution_id), ""
        except RollbackRefused as error:
            opened = self.ledger.open_back(target, SLIPWAY, live.reason, now)
            if not opened.execution_id:
                opened = start_execution.start(self.ledger, self.pipeline, opened)
            rollback, told = opened.id, f" {error} {opened.id} goes back instead, and needs an approval."

        def change(current: Release) -> Release:
            bake = replace(current.bake, rollback=rollback)
            return replace(current, bake=bake, reason=one_line(current.reason + told))

        return self.ledger.change(live.id, change)


def bakes(release: Release) -> bool:
    """Return whether an alarm may bring production back from a release: not if it is itself a way back."""
    back_again = {State.RETIRED, State.ROLLED_BACK} & release.times.keys()
    return release.state is State.LIVE and not release.rollback.to and not back_again


def _why(live: Release, alarm: Alarm) -> str:
    way = (
        f"Going back to {live.previous_live}."
        if live.previous_live
        else "It is the first release: there is nothing to go back to."
    )
    because = f" ({one_line(alarm.reason, _REASON)})" if alarm.reason else ""
    return f"The alarm {one_line(alarm.name)} went off at {moment(alarm.since)}{because}. {way}"
