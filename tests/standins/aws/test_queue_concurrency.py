"""A template's parameter says how many of a queue's messages are handled at a time."""

from __future__ import annotations

import io
import json
import time
import zipfile
from typing import Any

import pytest

pytestmark = pytest.mark.cloud

TEMPLATE = {
    "Transform": "AWS::Serverless-2016-10-31",
    "Parameters": {"Concurrency": {"Type": "Number", "Default": 2}},
    "Resources": {
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "bounded"}},
        "Function": {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                "Runtime": "python3.13",
                "Handler": "app.handle",
                "CodeUri": {"Bucket": "bounded-code", "Key": "code.zip"},
                "Events": {
                    "Queue": {
                        "Type": "SQS",
                        "Properties": {
                            "Queue": {"Fn::GetAtt": ["Queue", "Arn"]},
                            "BatchSize": 1,
                            "ScalingConfig": {"MaximumConcurrency": {"Ref": "Concurrency"}},
                        },
                    }
                },
            },
        },
    },
}


def deploy(cloud: Any) -> str:
    """Deploy the template; returns the queue's URL."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as pack:
        pack.writestr("app.py", "def handle(event, context): pass\n")
    s3, cloudformation = cloud.client("s3"), cloud.client("cloudformation")
    s3.create_bucket(Bucket="bounded-code")
    s3.put_object(Bucket="bounded-code", Key="code.zip", Body=content.getvalue())
    stack, capabilities = "bounded", ["CAPABILITY_AUTO_EXPAND", "CAPABILITY_IAM"]
    cloudformation.create_change_set(
        StackName=stack,
        ChangeSetName="new",
        ChangeSetType="CREATE",
        TemplateBody=json.dumps(TEMPLATE),
        Capabilities=capabilities,
    )
    often = {"Delay": 1}
    cloudformation.get_waiter("change_set_create_complete").wait(
        StackName=stack, ChangeSetName="new", WaiterConfig=often
    )
    cloudformation.execute_change_set(StackName=stack, ChangeSetName="new")
    cloudformation.get_waiter("stack_create_complete").wait(StackName=stack, WaiterConfig=often)
    return str(cloud.client("sqs").get_queue_url(QueueName="bounded")["QueueUrl"])


def test_a_bounded_queue_is_emptied(cloud: Any) -> None:
    """CloudFormation's parameters are texts, whatever their type is."""
    queue, sqs = deploy(cloud), cloud.client("sqs")
    for number in range(4):
        sqs.send_message(QueueUrl=queue, MessageBody=str(number))
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    deadline = time.monotonic() + 60
    while any(
        int(left) for left in sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"].values()
    ):
        assert time.monotonic() < deadline, "nobody takes the messages"
        time.sleep(0.2)
