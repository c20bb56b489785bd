"""What Lambda and the scheduler do with a function's role, and what becomes of a function whose role may not."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

pytestmark = pytest.mark.cloud

LAMBDA = {"Service": "lambda.amazonaws.com"}
LOGS = {
    "Effect": "Allow",
    "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
    "Resource": "arn:aws:logs:*:*:log-group:/aws/lambda/*",
}


def function(name: str, role: str, **properties: Any) -> dict[str, Any]:
    """A template with one function."""
    code = {"ZipFile": "def handle(event, context): print('hello')"}
    settings = {"FunctionName": name, "Role": role, "Runtime": "python3.13", "Handler": "index.handle", "Code": code}
    return {"Resources": {"Function": {"Type": "AWS::Lambda::Function", "Properties": settings | properties}}}


def deploy(cloud: Any, name: str, template: dict[str, Any]) -> str:
    """Deploy a stack; gives the reason of its first failure, nothing if it is complete."""
    cloudformation = cloud.client("cloudformation")
    cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(template), DisableRollback=True)
    until(lambda: "IN_PROGRESS" not in cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
    events = reversed(cloudformation.describe_stack_events(StackName=name)["StackEvents"])
    return next((str(one["ResourceStatusReason"]) for one in events if one["ResourceStatus"] == "CREATE_FAILED"), "")


def until(done: Callable[[], object]) -> None:
    """Wait until something is true."""
    deadline = time.monotonic() + 30
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def streams(cloud: Any, name: str) -> list[Any]:
    """Give the log streams of a function."""
    client = cloud.client("logs")
    group = f"/aws/lambda/{name}"
    groups = client.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    return list(client.describe_log_streams(logGroupName=group)["logStreams"]) if groups else []


def test_traces_need_the_permission(cloud: Any) -> None:
    """CreateFunction is refused in AWS's words."""
    role = cloud.role("traceless", LAMBDA)
    failed = deploy(cloud, "traceless", function("traceless", role, TracingConfig={"Mode": "Active"}))
    assert "The provided execution role does not have permissions to call PutTraceSegments on XRAY" in failed


def test_a_function_in_a_vpc_needs_the_permission_for_its_network(cloud: Any) -> None:
    """CreateFunction is refused in AWS's words."""
    role = cloud.role("shut-in", LAMBDA)
    network = {"SubnetIds": ["subnet-0"], "SecurityGroupIds": ["sg-0"]}
    failed = deploy(cloud, "shut-in", function("shut-in", role, VpcConfig=network))
    assert "The provided execution role does not have permissions to call CreateNetworkInterface on EC2" in failed


@pytest.mark.parametrize(
    ("source", "call"),
    [
        ("arn:aws:sqs:us-east-1:000000000000:unread", "ReceiveMessage on SQS"),
        ("arn:aws:dynamodb:us-east-1:000000000000:table/unread/stream/2026", "GetRecords on DYNAMODB"),
    ],
)
def test_a_source_is_read_with_the_role_of_the_function(cloud: Any, source: str, call: str) -> None:
    """A queue or a stream that it may not read is not connected."""
    name = f"unread-{call[-3:].lower()}"
    template = function(name, cloud.role(name, LAMBDA))
    mapping = {"FunctionName": {"Ref": "Function"}, "EventSourceArn": source, "StartingPosition": "LATEST"}
    template["Resources"]["Source"] = {"Type": "AWS::Lambda::EventSourceMapping", "Properties": mapping}
    assert f"does not have permissions to call {call}" in deploy(cloud, name, template)


def test_a_destination_needs_the_permission(cloud: Any) -> None:
    """What fails is sent on with the role of the function."""
    template = function("undelivered", cloud.role("undelivered", LAMBDA))
    queue = "arn:aws:sqs:us-east-1:000000000000:failures"
    settings = {"FunctionName": {"Ref": "Function"}, "Qualifier": "$LATEST"}
    destination = {"DestinationConfig": {"OnFailure": {"Destination": queue}}}
    template["Resources"]["Config"] = {"Type": "AWS::Lambda::EventInvokeConfig", "Properties": settings | destination}
    assert "does not have permissions to call SendMessage on SQS" in deploy(cloud, "undelivered", template)


def test_logs_are_written_with_the_role_of_the_function(cloud: Any) -> None:
    """A function whose role may not write any runs without."""
    for name, statements in {"logless": [], "logging": [LOGS]}.items():
        assert deploy(cloud, name, function(name, cloud.role(name, LAMBDA, *statements))) == ""
        cloud.client("lambda").invoke(FunctionName=name, Payload=b"{}")
    until(lambda: streams(cloud, "logging"))
    assert streams(cloud, "logless") == []


def test_a_schedule_calls_with_its_own_role(cloud: Any) -> None:
    """One whose role may not invoke the function calls nobody."""
    arn = "arn:aws:lambda:us-east-1:000000000000:function"
    may = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": f"{arn}:*"}
    for name, statements in {"uncalled": [], "called": [may]}.items():
        assert deploy(cloud, name, function(name, cloud.role(name, LAMBDA, LOGS))) == ""
        caller = cloud.role(f"{name}-schedule", {"Service": "scheduler.amazonaws.com"}, *statements)
        cloud.client("scheduler").create_schedule(
            Name=name,
            ScheduleExpression=f"at({datetime.now(UTC):%Y-%m-%dT%H:%M:%S})",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": f"{arn}:{name}", "RoleArn": caller},
        )
    until(lambda: streams(cloud, "called"))
    assert streams(cloud, "uncalled") == []
