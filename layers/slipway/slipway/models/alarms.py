"""Alarms of CloudWatch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm in the state ALARM, `since` when, and CloudWatch's `reason`."""

    name: str
    since: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Bake:
    """What an alarm did to a release in the time after it went live; all empty before it ends or an alarm goes off.

    `alarm` went off at `since`; `rollback` is the execution that goes back, or the release that asks for it. `ended`
    is when it was found that no alarm had gone off.
    """

    alarm: str = ""
    since: datetime | None = None
    rollback: str = ""
    ended: datetime | None = None
