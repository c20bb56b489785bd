"""An alarm of CloudWatch, by event or on asking, rolls production back through CodePipeline."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from aws_lambda_powertools import Logger
from moto import mock_aws

from functions.watch_production import app
from slipway.adapters.cloudwatch import ProductionAlarms
from slipway.bootstrap import watch_production
from slipway.models import Candidate, Json, State
from slipway.releases.bake import BakeWatch
from tests.support.fakes import FakeLedger, FakePipeline

ARN = "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:errors"
NOW = datetime.now(UTC)


class World:
    """A release that went live a minute ago, and the one before."""

    def __init__(self) -> None:
        self.ledger, self.pipeline = FakeLedger(), FakePipeline()
        self.watch = BakeWatch(self.ledger, self.pipeline, ProductionAlarms([ARN]), timedelta(minutes=30))
        for number, at in ((1, NOW - timedelta(days=1)), (2, NOW - timedelta(minutes=1))):
            name = f"birds-{number:012}"
            opened = self.ledger.open(Candidate(name, "birds", "models/birds/", (), at), State.RECEIVED, "", at)
            execution = f"execution-{number}"
            self.ledger.change(opened.id, lambda one, execution=execution: replace(one, execution_id=execution))  # type: ignore[misc]
            self.ledger.go_live(opened.id, at)


@pytest.fixture
def world(aws_environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with mock_aws():
        world = World()
        monkeypatch.setattr(watch_production, "build", lambda: world.watch)
        yield world


def test_an_event_goes_back(
    world: World, event: Callable[[str], Json], context: Any, logged: Callable[[Logger], io.StringIO]
) -> None:
    """The log names the release."""
    log = logged(app.logger)
    change = event("alarm-went-off")
    change["detail"]["state"]["timestamp"] = NOW.isoformat()
    app.lambda_handler(change, context)
    app.lambda_handler(change, context)
    assert world.pipeline.rolled_back == ["execution-1"]
    assert log.getvalue().count('"release":"birds-r2"') == 1


def test_an_alarm_that_is_set_is_found_by_the_schedule(
    world: World, event: Callable[[str], Json], context: Any
) -> None:
    """EventBridge may lose its event."""
    cloudwatch = boto3.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="errors",
        Namespace="Shop",
        MetricName="Errors",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
    )
    app.lambda_handler(event("schedule"), context)
    assert world.pipeline.rolled_back == []
    cloudwatch.set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="too many")
    app.lambda_handler(event("schedule"), context)
    assert world.pipeline.rolled_back == ["execution-1"]


def test_an_alarm_that_recovers_does_nothing(world: World, event: Callable[[str], Json], context: Any) -> None:
    """The rule passes on ALARM alone; somebody may widen it."""
    change = event("alarm-went-off")
    change["detail"]["state"]["value"] = "OK"
    app.lambda_handler(change, context)
    assert world.pipeline.rolled_back == []
