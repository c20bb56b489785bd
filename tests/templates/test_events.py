"""What the template promises about events: each is heard, and none is lost."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.support.templates import (
    FUNCTIONS,
    actions,
    resources,
    statements,
    text,
)


def test_what_eventbridge_cannot_deliver_is_kept() -> None:
    """Each rule has a dead-letter queue, and each queue that functions read has one behind it."""
    targets = [one for rule in resources("template.yaml", "AWS::Events::Rule").values() for one in rule["Targets"]]
    rules = [
        event["Properties"]
        for function in FUNCTIONS.values()
        for event in function.get("Events", {}).values()
        if event["Type"] == "EventBridgeRule"
    ]
    assert targets
    assert not [one for one in (*targets, *rules) if "DeadLetterConfig" not in one]
    queues = resources("template.yaml", "AWS::SQS::Queue")
    read = {
        event["Properties"]["Queue"]["Fn::GetAtt"][0]
        for function in FUNCTIONS.values()
        for event in function.get("Events", {}).values()
        if event["Type"] == "SQS"
    }
    assert not [name for name in read if "RedrivePolicy" not in queues[name]]


RULES = resources("template.yaml", "AWS::Events::Rule")


LISTENERS = {
    f"{name}{event}": one["Properties"]
    for name, function in FUNCTIONS.items()
    for event, one in function.get("Events", {}).items()
    if one["Type"] == "EventBridgeRule"
}


@pytest.mark.parametrize(
    ("rule", "sample"),
    [("UploadsRule", "object-created"), ("MarkersRule", "object-created")]
    + [("RecordProgressPipeline", name) for name in ("pipeline-started", "deploy-started", "smoke-test-failed")],
)
def test_a_rule_takes_the_events_that_it_is_for(rule: str, sample: str) -> None:
    """Of AWS's own samples: a pattern that matches nothing is no error anywhere."""
    pattern = RULES[rule]["EventPattern"] if rule in RULES else LISTENERS[rule]["Pattern"]
    event = json.loads(text(f"events/{sample}.json"))
    assert event["source"] in pattern["source"]
    assert event["detail-type"] in pattern["detail-type"]
    assert pattern["detail"].keys() - {"$or"} <= event["detail"].keys()


def test_a_queue_takes_the_events_of_its_rules() -> None:
    """EventBridge drops what a queue's policy does not let in, also from what it could not deliver."""
    wanted = {(_queue(target["Arn"]), rule) for rule, one in RULES.items() for target in one["Targets"]}
    letters = {(_queue(one["Targets"][0]["DeadLetterConfig"]["Arn"]), rule) for rule, one in RULES.items()}
    letters |= {(_queue(one["DeadLetterConfig"]["Arn"]), rule) for rule, one in LISTENERS.items()}
    let_in = {
        (_queue(one["Resource"]), rule)
        for policy in resources("template.yaml", "AWS::SQS::QueuePolicy").values()
        for one in statements(policy)
        if one["Principal"] == {"Service": "events.amazonaws.com"} and actions(one) == ["sqs:SendMessage"]
        for rule in re.findall(r"(\w+)(?:\.Arn|', 'Arn')", str(one["Condition"]["ArnEquals"]["aws:SourceArn"]))
    }
    assert wanted | letters <= let_in


def _queue(arn: Any) -> str:
    return str(arn["Fn::GetAtt"][0])


def test_the_announcer_hears_of_releases_only() -> None:
    """Without the filter it would be woken by what it writes itself."""
    (stream,) = [one["Properties"] for one in FUNCTIONS["Announce"]["Events"].values() if one["Type"] == "DynamoDB"]
    (pattern,) = [json.loads(one["Pattern"]) for one in stream["FilterCriteria"]["Filters"]]
    assert pattern["dynamodb"]["Keys"]["sk"]["S"] == [{"prefix": "RELEASE#"}]
