"""What a removed stack has left, asked as moto answers, with a CloudFormation that remembers it."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from click.testing import CliRunner
from moto import mock_aws

from deployment import leftovers

NESTED = "arn:aws:cloudformation:eu-central-1:123456789012:stack/ours-Pipeline-1/1"
LAYER = "arn:aws:lambda:eu-central-1:123456789012:layer:ours:1"
EVENTS = {
    "ours-id": [
        ("AWS::S3::Bucket", "models", "DELETE_SKIPPED"),
        ("AWS::S3::Bucket", "removed-by-hand", "DELETE_SKIPPED"),
        ("AWS::SQS::Queue", "uploads", "DELETE_COMPLETE"),
        ("AWS::CloudFormation::Stack", NESTED, "DELETE_COMPLETE"),
        ("AWS::CloudFormation::Stack", NESTED, "CREATE_COMPLETE"),
        ("AWS::CloudFormation::Stack", "ours-id", "DELETE_COMPLETE"),
    ],
    NESTED: [
        ("AWS::ECR::Repository", "images", "DELETE_SKIPPED"),
        ("AWS::Lambda::LayerVersion", LAYER, "DELETE_SKIPPED"),
    ],
}


class Memory:
    """A CloudFormation that has removed two stacks."""

    def get_paginator(self, operation: str) -> Memory:
        self.operation = operation
        return self

    def paginate(self, **asked: Any) -> list[dict[str, Any]]:
        if self.operation == "list_stacks":
            stacks = [{"StackName": name, "StackId": f"{name}-id"} for name in ("ours", "theirs")]
            return [{"StackSummaries": stacks}]
        found = [
            {"ResourceType": kind, "PhysicalResourceId": name, "ResourceStatus": status}
            for kind, name, status in EVENTS[asked["StackName"]]
        ]
        return [{"StackEvents": found}]


@pytest.fixture
def account(aws_environment: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An account in which what was retained is still there, but for one bucket."""
    retained, memory = leftovers._retained, Memory()
    monkeypatch.setattr(leftovers, "_retained", lambda _client, stack: retained(memory, stack))
    with mock_aws():
        session = boto3.Session(region_name="eu-central-1")
        place: Any = {"LocationConstraint": "eu-central-1"}
        session.client("s3").create_bucket(Bucket="models", CreateBucketConfiguration=place)
        session.client("s3").put_object(Bucket="models", Key="v1", Body=b"model")
        session.client("ecr").create_repository(repositoryName="images")
        content: Any = {"ZipFile": b"code"}
        session.client("lambda").publish_layer_version(LayerName="ours", Content=content)
        session.client("logs").create_log_group(logGroupName="/aws/elasticbeanstalk/ours-production/log")
        yield session


ALL = [
    ("AWS::S3::Bucket", "models"),
    ("AWS::ECR::Repository", "images"),
    ("AWS::Lambda::LayerVersion", LAYER),
    ("AWS::Logs::LogGroup", "/aws/elasticbeanstalk/ours-production/log"),
]


def test_what_was_kept_and_is_still_there_is_listed(account: Any) -> None:
    """Of nested stacks as well, and the logs that Beanstalk keeps; nothing of another stack."""
    assert list(leftovers.leftovers(account, "ours")) == ALL


def test_nothing_is_removed_without_the_stack_s_name(account: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """And all of it with it, a bucket's versions among it."""
    monkeypatch.setattr(boto3, "Session", lambda: account)
    monkeypatch.setattr(leftovers, "_deployed", lambda *_: False)
    refused = CliRunner().invoke(leftovers.main, ["--stack", "ours", "--remove"], input="yes\n")
    assert refused.exit_code == 1
    assert list(leftovers.leftovers(account, "ours")) == ALL
    done = CliRunner().invoke(leftovers.main, ["--stack", "ours", "--remove"], input="ours\n")
    assert done.exit_code == 0
    assert "removed models" in done.output
    assert list(leftovers.leftovers(account, "ours")) == []
