"""Alarms are those that production has, with the time since when they are in ALARM."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from slipway.adapters.cloudwatch import ProductionAlarms, alarm_of
from slipway.models import Alarm, Json


@pytest.fixture
def cloudwatch(aws_environment: None) -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("cloudwatch")


def arn(cloudwatch: Any, name: str, state: str = "OK") -> str:
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace="Shop",
        MetricName="Errors",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
    )
    cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason=f"{name} is {state}")
    (found,) = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return str(found["AlarmArn"])


def test_only_named_alarms_in_alarm_are_given(cloudwatch: Any) -> None:
    """Others of the account say nothing about production, and one that is quiet says nothing at all."""
    named = [arn(cloudwatch, "errors", "ALARM"), arn(cloudwatch, "latency")]
    arn(cloudwatch, "of another system", "ALARM")
    (alarm,) = ProductionAlarms(named).in_alarm()
    assert (alarm.name, alarm.reason) == ("errors", "errors is ALARM")
    assert abs(datetime.now(UTC) - alarm.since) < timedelta(minutes=1)


def test_without_alarms_nothing_is_asked(cloudwatch: Any) -> None:
    """An empty list of names would mean all of them."""
    arn(cloudwatch, "of another system", "ALARM")
    assert list(ProductionAlarms([]).in_alarm()) == []


def test_an_event_tells_which_alarm_went_off_and_when(event: Callable[[str], Json]) -> None:
    """The time is the alarm's, not that of the delivery."""
    alarm = alarm_of(event("alarm-went-off"))
    assert alarm
    assert (alarm.name, alarm.since) == ("errors", datetime(2026, 11, 22, 10, 3, tzinfo=UTC))
    assert alarm.reason.startswith("Threshold Crossed")


@pytest.mark.parametrize(("before", "now"), [("ALARM", "OK"), ("ALARM", "ALARM"), ("OK", "INSUFFICIENT_DATA")])
def test_other_changes_of_an_alarm_are_none(event: Callable[[str], Json], before: str, now: str) -> None:
    """A changed configuration, too, is told as a change of state."""
    change = event("alarm-went-off")
    change["detail"]["previousState"]["value"], change["detail"]["state"]["value"] = before, now
    assert alarm_of(change) is None


def test_an_alarm_without_a_former_state_went_off(event: Callable[[str], Json]) -> None:
    """The first state that an alarm ever has."""
    change = event("alarm-went-off")
    del change["detail"]["previousState"]
    assert isinstance(alarm_of(change), Alarm)
