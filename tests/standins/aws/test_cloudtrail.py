"""S3's data events: of the objects that a trail selects, some seconds after the call, with who made it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.paths import ROOT

pytestmark = pytest.mark.cloud

SSO = "AWSReservedSSO_Scientist_0123456789abcdef"
QUEUE_ARN = "arn:aws:sqs:us-east-1:000000000000:told"
SELECTORS = [
    {
        "IncludeManagementEvents": False,
        "ReadWriteType": "WriteOnly",
        "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::watched/models/"]}],
    }
]


def trail(**properties: Any) -> dict[str, Any]:
    """A template with a trail of the watched bucket, and a queue for what it tells."""
    pattern = {"source": ["aws.s3"], "detail-type": ["AWS API Call via CloudTrail"]}
    settings = {"S3BucketName": "trails", "IsLogging": True, "EventSelectors": SELECTORS} | properties
    return {
        "Resources": {
            "Trail": {"Type": "AWS::CloudTrail::Trail", "Properties": settings},
            "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "told"}},
            "Rule": {
                "Type": "AWS::Events::Rule",
                "Properties": {"EventPattern": pattern, "Targets": [{"Id": "queue", "Arn": QUEUE_ARN}]},
            },
        }
    }


def deploy(cloud: Any, name: str, template: dict[str, Any]) -> str:
    """Deploy a stack; gives the status that it ends in."""
    cloudformation = cloud.client("cloudformation")
    cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(template))
    while True:
        status = str(cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
        if "IN_PROGRESS" not in status:
            return status
        time.sleep(0.1)


@pytest.fixture(scope="module")
def queue(cloud: Any) -> str:
    """The trail, deployed; gives the address of the queue that its events come to."""
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="watched")
    s3.put_bucket_versioning(Bucket="watched", VersioningConfiguration={"Status": "Enabled"})
    assert deploy(cloud, "watching", trail()) == "CREATE_COMPLETE"
    return str(cloud.client("sqs").get_queue_url(QueueName="told")["QueueUrl"])


def signed_in(cloud: Any, person: str) -> Any:
    """A client of S3 for somebody who signed in by IAM Identity Center."""
    iam, trust = cloud.client("iam"), {"AWS": "arn:aws:iam::000000000000:root"}
    policy = {"Effect": "Allow", "Principal": trust, "Action": "sts:AssumeRole"}
    created = iam.create_role(
        RoleName=SSO,
        Path="/aws-reserved/sso.amazonaws.com/",
        AssumeRolePolicyDocument=json.dumps({"Statement": [policy]}),
    )
    may = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    iam.put_role_policy(RoleName=SSO, PolicyName="may", PolicyDocument=json.dumps({"Statement": [may]}))
    issued = cloud.client("sts").assume_role(RoleArn=created["Role"]["Arn"], RoleSessionName=person)["Credentials"]
    return cloud.client("s3", issued["AccessKeyId"], issued["SecretAccessKey"], issued["SessionToken"])


def told(cloud: Any, queue: str) -> list[dict[str, Any]]:
    """Wait for a message; gives the events in it and in those with it."""
    sqs, deadline = cloud.client("sqs"), time.monotonic() + 30
    while time.monotonic() < deadline:
        received = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1, MaxNumberOfMessages=10).get("Messages", [])
        for message in received:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        if received:
            return [json.loads(message["Body"]) for message in received]
    pytest.fail("Nothing was told.")


def shape(node: Any) -> Any:
    """Reduce a document to its shape: names, and the types of what they hold."""
    if isinstance(node, dict):
        return {name: shape(value) for name, value in node.items()}
    return [shape(value) for value in node] if isinstance(node, list) else type(node).__name__


def test_a_selected_write_is_told_later_with_its_caller_and_its_version(cloud: Any, queue: str) -> None:
    """In the documented shape; what the trail does not select is not told."""
    began, client = time.monotonic(), signed_in(cloud, "ada@example.com")
    client.put_object(Bucket="watched", Key="candidates/c.json", Body=b"{}")
    written = client.put_object(Bucket="watched", Key="models/birds/m.onnx", Body=b"m")
    (event,) = told(cloud, queue)
    assert time.monotonic() - began >= 1
    detail = event["detail"]
    assert shape(event) == shape(json.loads(Path(ROOT / "events" / "object-uploaded.json").read_text()))
    assert detail["requestParameters"]["key"] == "models/birds/m.onnx"
    assert detail["responseElements"]["x-amz-version-id"] == written["VersionId"]
    assert detail["userIdentity"]["arn"] == f"arn:aws:sts::000000000000:assumed-role/{SSO}/ada@example.com"
    issuer = detail["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"]
    assert issuer == f"arn:aws:iam::000000000000:role/aws-reserved/sso.amazonaws.com/{SSO}"


def test_the_root_user_is_told_as_such(cloud: Any, queue: str) -> None:
    """It has no name and no session."""
    cloud.client("s3").put_object(Bucket="watched", Key="models/birds/n.onnx", Body=b"n")
    (event,) = told(cloud, queue)
    assert event["detail"]["userIdentity"]["type"] == "Root"


def test_what_is_not_emulated_is_refused(cloud: Any) -> None:
    """A property that would be ignored here, and act on AWS."""
    template = {"Resources": {"Trail": trail(IsMultiRegionTrail=True)["Resources"]["Trail"]}}
    assert deploy(cloud, "unwatched", template) == "ROLLBACK_COMPLETE"
