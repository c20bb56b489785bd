"""The rules that bring arriving objects to the queues, and the pipeline's events, match what they are meant for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from slipway.attached.course import course_of
from slipway.models import Deployment, ExistingPipeline, Json
from slipway.releases import pipeline_events
from tests.support.templates import FUNCTIONS, PIPELINE, ROOT_TEMPLATE, chosen

pytestmark = pytest.mark.cloud

# By what an action is, the category that CodePipeline's events have; `Test` is one that Slipway does not follow.
EXISTING = {
    "Source/Code": "Source",
    "Build/Train": "Build",
    "Build/Pack": "Compute",
    "Build/Scan": "Test",
    "Trial/Deploy": "Deploy",
    "Trial/Warm": "Invoke",
    "Ask/Owner": "Approval",
    "Live/Deploy": "Deploy",
}
COURSE = course_of(
    ExistingPipeline(
        name="theirs",
        bucket="models",
        prefix="final/",
        model="birds",
        builds=("Build/Train", "Build/Pack"),
        staging=Deployment("Trial/Deploy", "birds", "trial"),
        production=Deployment("Live/Deploy", "birds", "live"),
        approvals={"Ask/Owner": 60},
    )
)


def pattern(rule: str, bucket: str) -> str:
    """A rule's pattern in the template, for a bucket and a pipeline of our own."""
    found: dict[str, Any] = chosen(ROOT_TEMPLATE[rule]["Properties"]["EventPattern"], "Attached", False)
    found["detail"]["bucket"]["name"] = [bucket]
    return json.dumps(found)


def pipeline_pattern(*, attached: bool) -> str:
    """The pattern by which events of a pipeline start RecordProgress."""
    rule = FUNCTIONS["RecordProgress"]["Events"]["Pipeline"]["Properties"]["Pattern"]
    found: dict[str, Any] = chosen(rule, "Attached", attached)
    found["detail"]["pipeline"] = ["slipway"]
    return json.dumps(found)


def changes(categories: dict[str, str], started: Json) -> Iterable[tuple[str, Json]]:
    """Each event that a pipeline's actions, and the pipeline, can send, with a name for it; made of a sample."""
    states = ("STARTED", "RESUMED", "SUCCEEDED", "FAILED", "SUPERSEDED", "STOPPING", "STOPPED", "CANCELED")
    detail = {"pipeline": "slipway", "execution-id": "6f1e7a52-3b0c-4d0e-9a55-0c6f2d6b7a10"}
    for state in states:
        kind = "CodePipeline Pipeline Execution State Change"
        yield state, started | {"detail-type": kind, "detail": detail | {"state": state}}
    for action, category in categories.items():
        stage, name = action.split("/")
        for state in ("STARTED", "SUCCEEDED", "FAILED", "CANCELED", "ABANDONED"):
            told = {"stage": stage, "action": name, "state": state, "type": {"category": category}}
            yield f"{action} {state}", started | {"detail": detail | told}


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


def test_only_what_changes_a_release_starts_its_function(cloud: Any, event: Callable[[str], Json]) -> None:
    """Of all events of our own pipeline those from which the rules read a step, or that an image was built."""
    stages = PIPELINE["Pipeline"]["Properties"]["Stages"]
    ours = {
        f"{stage['Name']}/{action['Name']}": action["ActionTypeId"]["Category"]
        for stage in stages
        for action in stage["Actions"]
    }
    events = dict(changes(ours, event("deploy-started")))
    taken = matching(cloud, pipeline_pattern(attached=False), events)
    wanted = {
        name for name, one in events.items() if pipeline_events.own_step_of(one) or pipeline_events.built_execution(one)
    }
    assert taken == wanted
    assert len([name for name in taken if "FAILED" not in name and name not in ("SUPERSEDED", "STOPPED")]) == 10


def test_only_what_changes_a_release_of_an_existing_pipeline_starts_its_function(
    cloud: Any, event: Callable[[str], Json]
) -> None:
    """What the course reads a step from; a build that has ended; and the start of what Slipway did not start."""
    events = dict(changes(EXISTING, event("deploy-started")))
    taken = matching(cloud, pipeline_pattern(attached=True), events)
    read = {name: pipeline_events.change_of(one) for name, one in events.items()}
    moved = {name for name, change in read.items() if change and pipeline_events.step_of(COURSE, change, 1)}
    besides = {"STARTED", "Build/Pack SUCCEEDED"}
    not_told_apart = {"Build/Train SUCCEEDED", "Trial/Deploy SUCCEEDED"}
    assert taken == moved | besides | not_told_apart


@pytest.mark.parametrize(
    ("sample", "taken"),
    [
        ("pipeline-started", False),
        ("deploy-started", True),
        ("smoke-test-failed", True),
        ("approval-failed", True),
        ("pipeline-succeeded", True),
        ("pipeline-failed", True),
        ("pipeline-stopped", True),
        ("pipeline-superseded", True),
    ],
)
def test_a_documented_event_starts_its_function(
    cloud: Any, event: Callable[[str], Json], sample: str, taken: bool
) -> None:
    """That our pipeline has started says nothing that the ledger does not know."""
    assert bool(matching(cloud, pipeline_pattern(attached=False), {sample: event(sample)})) is taken


def matching(cloud: Any, wanted: str, events: dict[str, Json]) -> set[str]:
    """The names of those events that match a pattern."""
    test = cloud.client("events").test_event_pattern
    return {name for name, one in events.items() if test(EventPattern=wanted, Event=json.dumps(one))["Result"]}
