"""CloudWatch's alarms tell EventBridge when their state changes; MiniStack's tell only their topics."""

# MiniStack is pinned, and has no public door for what is done here.

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ministack.services import cloudwatch

from standins.aws import events

_dispatch = cloudwatch._dispatch_alarm_actions


def register() -> None:
    """Publish an event with each change of an alarm's state, whether it is evaluated or set."""
    cloudwatch._dispatch_alarm_actions = _dispatch_and_publish


def _dispatch_and_publish(alarm: dict[str, Any], before: str, after: str, reason: str) -> None:
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "+0000")
    alarm["StateTransitionedTimestamp"] = alarm["StateUpdatedTimestamp"]
    events.publish("aws.cloudwatch", "CloudWatch Alarm State Change", [alarm["AlarmArn"]], _detail(alarm, now, before))
    _dispatch(alarm, before, after, reason)


def _detail(alarm: Mapping[str, Any], now: str, before: str) -> dict[str, Any]:
    state = {"reason": alarm["StateReason"], "timestamp": now, "value": alarm["StateValue"]}
    return {
        "alarmName": alarm["AlarmName"],
        "configuration": {"description": alarm.get("AlarmDescription", ""), "metrics": []},
        "previousState": {"reason": "", "timestamp": now, "value": before},
        "state": state | {"reasonData": alarm.get("StateReasonData") or "{}"},
    }
