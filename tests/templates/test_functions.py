"""What the template promises about functions."""

from __future__ import annotations

import re
from typing import Any

import pytest
from cfnlint.decode import cfn_yaml

from tests.support.templates import (
    FUNCTIONS,
    ROOT,
    ROOT_TEMPLATE,
    actions,
    chosen,
    resources,
    statements,
    text,
)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_keeps_its_logs_for_a_limited_time(name: str) -> None:
    """Each has a log group of its own, which expires."""
    groups = resources("template.yaml", "AWS::Logs::LogGroup")
    assert "RetentionInDays" in groups[FUNCTIONS[name]["LoggingConfig"]["LogGroup"]["Ref"]]


ASYNCHRONOUS = {"EventBridgeRule", "SNS", "ScheduleV2"}  # Lambda forgets such an event after its third failure


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_a_function_was_told_and_could_not_do_is_kept(name: str) -> None:
    """Whoever is invoked without anybody waiting for it, or by the stream, leaves its failures in a queue."""
    function, kept = FUNCTIONS[name], {"Type": "SQS", "Destination": {"Fn::GetAtt": ["Failures", "Arn"]}}
    events = {one["Type"]: one["Properties"] for one in function.get("Events", {}).values()}
    if ASYNCHRONOUS & events.keys():
        assert function["EventInvokeConfig"]["DestinationConfig"]["OnFailure"] == kept
    if "DynamoDB" in events:
        assert events["DynamoDB"]["DestinationConfig"]["OnFailure"] == kept


def test_only_the_web_has_an_address_on_the_internet() -> None:
    """It alone proves each request by a signature."""
    assert [name for name, one in FUNCTIONS.items() if "FunctionUrlConfig" in one] == ["Web"]


QUEUED = [
    pytest.param(event["Properties"], id=f"{name}-{event_name}")
    for name, function in FUNCTIONS.items()
    for event_name, event in function.get("Events", {}).items()
    if event["Type"] == "SQS"
]


def least(value: Any) -> int:
    """Give a number of the template, or its parameter's default."""
    if isinstance(value, dict):
        value = cfn_yaml.load(str(ROOT / "template.yaml"))["Parameters"][value["Ref"]]["Default"]
    return int(value)


@pytest.mark.parametrize("event", QUEUED)
def test_a_queue_takes_a_bounded_share_of_lambda(event: dict[str, Any]) -> None:
    """A thousand uploads must not keep Slack waiting: SQS would go up to all that the account has."""
    assert least(event["ScalingConfig"]["MaximumConcurrency"]) >= 2  # SQS's own minimum


def _values(event: Any) -> Any:
    return event.values[0]


def test_all_queues_together_leave_room_for_the_web_in_a_new_account() -> None:
    """Which runs ten functions at a time, and Slack waits three seconds."""
    own = [event for event in QUEUED if not str(event.id).startswith("AttachedSmokeTest")]
    for events, most in ((own, 6), (QUEUED, 8)):  # one that is attached to an existing pipeline has a queue more
        assert sum(least(_values(event)["ScalingConfig"]["MaximumConcurrency"]) for event in events) <= most


def test_the_function_that_slack_waits_for_has_a_whole_processor() -> None:
    """Three seconds, cold start included."""
    assert FUNCTIONS["Web"]["MemorySize"] >= 1769


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_a_folder_of_its_own(name: str) -> None:
    """One Lambda, one folder, one small file, and the libraries that it alone needs."""
    files = [path for path in (ROOT / FUNCTIONS[name]["CodeUri"]).glob("**/*") if path.suffix != ".pyc"]
    requirements = {"requirements.in", "requirements.txt"} if name == "ReceiveUpload" else set()
    assert {path.name for path in files if path.is_file()} == {"app.py"} | requirements


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_s_handler_is_there(name: str) -> None:
    """Lambda would say so at the first event."""
    handler = FUNCTIONS[name].get("Handler") or GLOBALS["Function"]["Handler"]
    module, _, function = handler.rpartition(".")
    assert f"def {function}(" in text(f"{FUNCTIONS[name]['CodeUri']}/{module}.py")


GLOBALS = cfn_yaml.load(str(ROOT / "template.yaml"))["Globals"]


def test_the_layer_brings_the_urllib3_that_it_uses() -> None:
    """Python 3.13 in Lambda shipped 1.26, which has no urllib3.request()."""
    (version,) = re.findall(r"^urllib3==(\d+)", text("layers/slipway/requirements.txt"), re.MULTILINE)
    assert int(version) >= 2


def test_the_smoke_test_is_inside_the_vpc_where_staging_is() -> None:
    """Elsewhere it is in none; a stack that would shut it out is refused by a rule."""
    network = ROOT_TEMPLATE["SmokeTest"]["Properties"]["VpcConfig"]
    assert chosen(network, "StagingInVpc", True)["SubnetIds"] == {"Fn::Split": [",", {"Ref": "FunctionSubnets"}]}
    assert chosen(network, "StagingInVpc", False) == {"Ref": "AWS::NoValue"}
    group = ROOT_TEMPLATE["SmokeTestGroup"]["Properties"]
    assert "SecurityGroupIngress" not in group
    rule = cfn_yaml.load(str(ROOT / "template.yaml"))["Rules"]["StagingInVpcNeedsItsNetwork"]
    assert {"VpcId", "FunctionSubnets"} <= set(re.findall(r"'Ref': '(\w+)'", str(rule["Assertions"])))


def _feeds_itself(function: dict[str, Any]) -> bool:
    """Whether a function may send to a queue that it takes messages from."""
    queues = [one["Properties"].get("Queue") for one in function.get("Events", {}).values() if one["Type"] == "SQS"]
    sends = [one for one in statements(function["Policies"]) if "sqs:SendMessage" in actions(one)]
    return any(one["Resource"] == queue for one in sends for queue in queues)


def test_a_function_that_feeds_its_own_queue_may_do_so_as_often_as_it_takes() -> None:
    """Lambda ends what it takes for a loop after 16 rounds, unless that is allowed; nothing else may loop."""
    allowed = {name for name, function in FUNCTIONS.items() if function.get("RecursiveLoop") == "Allow"}
    assert allowed == {name for name, function in FUNCTIONS.items() if _feeds_itself(function)}
    assert allowed == {"ReceiveUpload", "AttachedSmokeTest"}
