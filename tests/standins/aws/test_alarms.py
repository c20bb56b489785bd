"""An alarm that changes its state tells EventBridge."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.paths import ROOT

pytestmark = pytest.mark.cloud


def watched(cloud: Any) -> tuple[str, str]:
    """Make an alarm, and a rule that sends its events to a queue; returns the alarm's ARN and the queue's URL."""
    cloudwatch, events, sqs = cloud.client("cloudwatch"), cloud.client("events"), cloud.client("sqs")
    cloudwatch.put_metric_alarm(
        AlarmName="errors", Namespace="Ours", MetricName="Errors", Statistic="Sum", Period=60, EvaluationPeriods=1,
        Threshold=1, ComparisonOperator="GreaterThanOrEqualToThreshold", TreatMissingData="ignore",
    )  # fmt: skip
    arn = str(cloudwatch.describe_alarms(AlarmNames=["errors"])["MetricAlarms"][0]["AlarmArn"])
    queue = str(sqs.create_queue(QueueName="alarmed")["QueueUrl"])
    pattern = {"source": ["aws.cloudwatch"], "resources": [arn], "detail": {"state": {"value": ["ALARM"]}}}
    events.put_rule(Name="alarmed", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="alarmed", Targets=[{"Id": "queue", "Arn": "arn:aws:sqs:us-east-1:000000000000:alarmed"}])
    return arn, queue


def shape(node: Any) -> Any:
    """Reduce a document to its names, and the types of what they hold."""
    return {name: shape(value) for name, value in node.items()} if isinstance(node, dict) else type(node).__name__


def test_a_state_that_is_set_is_told_once_in_the_documented_shape(cloud: Any) -> None:
    """With the state before, and since when it is so; setting the same state again changes nothing."""
    arn, queue = watched(cloud)
    cloudwatch = cloud.client("cloudwatch")
    for reason in ("try it", "again"):
        cloudwatch.set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason=reason)
    time.sleep(1)
    messages = cloud.client("sqs").receive_message(QueueUrl=queue, WaitTimeSeconds=5, MaxNumberOfMessages=10)
    (event,) = (json.loads(message["Body"]) for message in messages["Messages"])
    assert shape(event) == shape(json.loads(Path(ROOT / "events" / "alarm-went-off.json").read_text()))
    assert (event["resources"], event["detail"]["state"]["reason"]) == ([arn], "try it")
    assert event["detail"]["previousState"]["value"] != "ALARM"
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=["errors"])["MetricAlarms"]
    assert alarm["StateTransitionedTimestamp"].timestamp() == pytest.approx(time.time(), abs=30)
