"""CloudWatch: alarms, asked for and as EventBridge tells them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import boto3

from slipway.models import Alarm, Json

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient


class ProductionAlarms:
    """The alarms with these ARNs."""

    def __init__(self, arns: Collection[str]) -> None:
        self._names = sorted({arn.rpartition(":alarm:")[2] for arn in arns})
        self._client: CloudWatchClient = boto3.client("cloudwatch")

    def in_alarm(self) -> Iterator[Alarm]:
        """Yield the alarms that are in ALARM, with the time since when they are."""
        for first in range(0, len(self._names), 100):  # the most names that a request takes
            pages = self._client.get_paginator("describe_alarms").paginate(
                AlarmNames=self._names[first : first + 100],
                AlarmTypes=["MetricAlarm", "CompositeAlarm"],
            )
            for page in pages:
                for found in (*page.get("MetricAlarms", ()), *page.get("CompositeAlarms", ())):
                    if found["StateValue"] != "ALARM":
                        continue
                    since = found.get("StateTransitionedTimestamp") or found["StateUpdatedTimestamp"]
                    yield Alarm(found["AlarmName"], since, found.get("StateReason", ""))


def alarm_of(event: Json) -> Alarm | None:
    """Return the alarm that an event says has gone into ALARM; None for an event that says something else."""
    state, before = event["detail"]["state"], event["detail"].get("previousState", {})
    if state["value"] != "ALARM" or before.get("value") == "ALARM":
        return None
    since = datetime.fromisoformat(state.get("timestamp") or event["time"])
    return Alarm(event["detail"]["alarmName"], since, state.get("reason", ""))
