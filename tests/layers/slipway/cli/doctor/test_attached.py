"""The doctor looks at an existing pipeline and its bucket, and changes neither."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from slipway.adapters.codepipeline import definition
from slipway.attached.discovery import Overrides
from slipway.cli.doctor import attached
from slipway.cli.doctor.finding import Level
from tests.layers.slipway.attached.test_discovery import ARTICLE, ARTICLE_BUILD, discovered, project

NAMED = {"ExistingPipeline": "Bird_Classifier.prod"}


@pytest.fixture
def bucket(aws_environment: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The article's bucket, as a script has made it."""
    monkeypatch.setattr(definition, "pipeline", lambda name, session: ARTICLE)
    monkeypatch.setattr(definition, "projects", lambda pipeline, session: {"pack": project(ARTICLE_BUILD)})
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="birds-models")
        yield client


def findings(name: str) -> list[tuple[Level, str]]:
    found = attached.existing(boto3.Session(region_name="us-east-1"), NAMED)
    return [(one.level, one.cure) for one in found if one.name == name]


def test_what_the_bucket_lacks_is_said_with_the_command(bucket: Any) -> None:
    """Nothing is changed."""
    (versions, command), (events, notify) = findings("uploads bucket")
    assert (versions, events) == (Level.PROBLEM, Level.PROBLEM)
    assert command.endswith("put-bucket-versioning --bucket birds-models --versioning-configuration Status=Enabled")
    assert notify.endswith("""'{"EventBridgeConfiguration": {}}'""")
    assert "Status" not in bucket.get_bucket_versioning(Bucket="birds-models")


def test_the_command_keeps_the_notifications_that_there_are(bucket: Any) -> None:
    """Because it replaces all of them."""
    queue = boto3.client("sqs", region_name="us-east-1").create_queue(QueueName="theirs")["QueueUrl"]
    arn = boto3.client("sqs", region_name="us-east-1").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    told = [{"Id": "x", "QueueArn": arn["Attributes"]["QueueArn"], "Events": ["s3:ObjectCreated:*"]}]
    bucket.put_bucket_notification_configuration(
        Bucket="birds-models", NotificationConfiguration={"QueueConfigurations": told}
    )
    assert "theirs" in findings("uploads bucket")[1][1]


class Session:
    """A session whose S3 answers as AWS does where moto does not."""

    def client(self, name: str) -> Any:
        """Return a client of S3."""
        s3 = boto3.client("s3", region_name="us-east-1")
        stub = Stubber(s3)
        stub.add_response("get_bucket_notification_configuration", {"EventBridgeConfiguration": {}})
        stub.activate()
        return s3


def test_a_bucket_that_has_both_is_as_it_should_be(bucket: Any) -> None:
    """Versions, and events to EventBridge."""
    bucket.put_bucket_versioning(Bucket="birds-models", VersioningConfiguration={"Status": "Enabled"})
    session: Any = Session()
    found = discovered(ARTICLE, {"pack": project(ARTICLE_BUILD)}, Overrides())
    assert findings("uploads bucket")[0][0] is Level.OK
    assert [one.level for one in attached._notifications(session, found)] == [Level.OK]


def test_what_would_be_discovered_is_shown(bucket: Any) -> None:
    """Before anything is deployed."""
    assert [level for level, _ in findings("existing pipeline")] == [Level.OK]


def test_a_bucket_of_another_region_is_a_problem(bucket: Any) -> None:
    """EventBridge here would not hear of its uploads."""
    found = list(attached.existing(boto3.Session(region_name="eu-central-1"), NAMED))
    assert [one.level for one in found] == [Level.PROBLEM]
    assert found[0].sentence.startswith(
        "The bucket birds-models lies in us-east-1, and tells EventBridge of uploads there"
    )


def test_a_bucket_that_is_not_there_is_a_problem(bucket: Any) -> None:
    """It is said before anything is asked of it."""
    bucket.delete_bucket(Bucket="birds-models")
    assert [level for level, _ in findings("existing pipeline")] == [Level.PROBLEM]


def test_environments_that_are_not_there_are_problems(bucket: Any) -> None:
    """A release would have nowhere to go."""
    assert [findings(f"environment {target}")[0][0] for target in ("staging", "production")] == [Level.PROBLEM] * 2
