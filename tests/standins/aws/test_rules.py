"""The rules that bring arriving objects to the queues match what they are meant for."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from cfnlint.decode import cfn_yaml

from tests.support.paths import ROOT

pytestmark = pytest.mark.cloud


def own(value: Any) -> Any:
    """Decide each condition as for a pipeline of our own, and not an existing one."""
    if isinstance(value, dict):
        return own(value["Fn::If"][2]) if "Fn::If" in value else {name: own(one) for name, one in value.items()}
    return [own(one) for one in value] if isinstance(value, list) else value


def pattern(rule: str, bucket: str) -> str:
    """A rule's pattern in the template, for a bucket."""
    template = cfn_yaml.load(str(ROOT / "template.yaml"))
    found: dict[str, Any] = own(json.loads(json.dumps(template["Resources"][rule]["Properties"]["EventPattern"])))
    found["detail"]["bucket"]["name"] = [bucket]
    return json.dumps(found)


@pytest.mark.parametrize(
    ("key", "rules"),
    [
        ("models/birds/v1/model.onnx", {"UploadsRule"}),
        ("models/birds/v1/_RELEASE", {"UploadsRule", "MarkersRule"}),
        ("models/birds/2026 11/ümlaut/_RELEASE", {"UploadsRule", "MarkersRule"}),
        ("models/birds/v1/NO_RELEASE", {"UploadsRule"}),
        ("models/birds/v1/_RELEASE.txt", {"UploadsRule"}),
        ("candidates/birds-0.json", set()),
    ],
)
def test_only_a_marker_takes_the_queue_without_a_delay(
    cloud: Any, event: Callable[[str], dict[str, Any]], key: str, rules: set[str]
) -> None:
    """Everything below models/ takes the other one, the marker too."""
    told = event("object-created")
    told["detail"]["object"]["key"] = key
    client, bucket = cloud.client("events"), told["detail"]["bucket"]["name"]
    matching = {
        rule
        for rule in ("UploadsRule", "MarkersRule")
        if client.test_event_pattern(EventPattern=pattern(rule, bucket), Event=json.dumps(told))["Result"]
    }
    assert matching == rules
