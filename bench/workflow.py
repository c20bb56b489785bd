"""The part of the workflow that an upload meets: bucket, queue, ledger and a pipeline that runs nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3

SETTLE = 1  # seconds; what is measured begins when they are over
POLICY = {"Version": "2012-10-17"}


@dataclass(frozen=True, slots=True)
class Workflow:
    """One bucket, queue, table and pipeline of the same name; the clients are the measurer's own."""

    name: str
    session: boto3.Session
    queue: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """What the template tells receive_upload."""
        return {
            "MODEL_BUCKET": self.name,
            "LEDGER_TABLE": self.name,
            "PIPELINE_NAME": self.name,
            "EXISTING_PIPELINE": "",
            "ORDERS_QUEUE": "",
            "UPLOADS_QUEUE": self.queue,
            "SETTLE_SECONDS": str(SETTLE),
            "MAX_UPLOADS_PER_HOUR": "1000",
            "MAX_MODEL_BYTES": str(1 << 30),
            "ACCEPTED_FORMATS": "onnx,labels.txt",
            "ALLOW_PICKLE": "false",
            "ALLOW_LOOSER_SUITES": "false",
            "SUITE_MINUTES": "30",
        }

    def messages(self) -> Iterator[list[dict[str, Any]]]:
        """Receive the queue's messages as Lambda would, in batches of ten, until there are no more."""
        sqs = self.session.client("sqs")
        while batch := sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages"):
            yield [{"messageId": each["MessageId"], "body": each["Body"], "attributes": {}} for each in batch]
            handles: list[Any] = [{"Id": each["MessageId"], "ReceiptHandle": each["ReceiptHandle"]} for each in batch]
            sqs.delete_message_batch(QueueUrl=self.queue, Entries=handles)

    def waiting(self) -> tuple[int, int]:
        """Count the messages that can be received, and those that are still delayed."""
        names: list[Any] = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed"]
        told: dict[Any, str] = self.session.client("sqs").get_queue_attributes(
            QueueUrl=self.queue, AttributeNames=names
        )["Attributes"]
        return int(told[names[0]]), int(told[names[1]])

    def manifests(self) -> set[str]:
        """Name the releases whose manifests lie in the bucket."""
        pages = (
            self.session.client("s3").get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix="candidates/")
        )
        keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
        return {key.removeprefix("candidates/").removesuffix(".json") for key in keys}

    def items(self, sort: str) -> list[dict[str, Any]]:
        """Read the ledger's items whose sort key begins so."""
        table = self.session.resource("dynamodb").Table(self.name)
        page: Any = table.scan()
        found: list[dict[str, Any]] = page["Items"]
        while "LastEvaluatedKey" in page:
            page = table.scan(ExclusiveStartKey=page["LastEvaluatedKey"])
            found += page["Items"]
        return [item for item in found if item["sk"].startswith(sort)]

    def executions(self) -> list[str]:
        """Name the executions that were started; creating the pipeline began one more."""
        pages = (
            self.session.client("codepipeline")
            .get_paginator("list_pipeline_executions")
            .paginate(pipelineName=self.name)
        )
        listed = [each for page in pages for each in page["pipelineExecutionSummaries"]]
        wanted = "StartPipelineExecution"
        return [each["pipelineExecutionId"] for each in listed if each["trigger"]["triggerType"] == wanted]


def create(name: str, session: boto3.Session) -> Workflow:
    """Make one as the template does."""
    queue = _queue(name, session)
    s3 = session.client("s3")
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}})
    _table(name, session)
    _pipeline(name, session)
    return Workflow(name, session, queue)


def _queue(name: str, session: boto3.Session) -> str:
    sqs, events = session.client("sqs"), session.client("events")
    url = sqs.create_queue(QueueName=name, Attributes={"DelaySeconds": str(SETTLE), "VisibilityTimeout": "360"})[
        "QueueUrl"
    ]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    detail = {"bucket": {"name": [name]}, "object": {"key": [{"prefix": "models/"}]}}
    pattern = {"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": detail}
    rule = events.put_rule(Name=name, EventPattern=json.dumps(pattern))["RuleArn"]
    allowed = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
    }
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(POLICY | {"Statement": [allowed]})})
    events.put_targets(Rule=name, Targets=[{"Id": "uploads", "Arn": arn}])
    return url


def _table(name: str, session: boto3.Session) -> None:
    keys = {"pk": "HASH", "sk": "RANGE"}
    index = {"unfinished": "HASH", "sk": "RANGE"}
    session.client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in {**keys, **index}],
        KeySchema=_schema(keys),
        GlobalSecondaryIndexes=[
            {"IndexName": "unfinished", "KeySchema": _schema(index), "Projection": {"ProjectionType": "ALL"}}
        ],
    )


def _schema(keys: dict[str, str]) -> list[Any]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in keys.items()]


def _pipeline(name: str, session: boto3.Session) -> None:
    """Make a pipeline into whose first stage nobody comes: an execution waits there until the next supersedes it."""
    trust = {"Effect": "Allow", "Principal": {"Service": "codepipeline.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps(POLICY | {"Statement": [trust]})
    role = session.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
    client = session.client("codepipeline")
    source = {"ConnectionArn": f"arn:aws:codeconnections:us-east-1:000000000000:connection/{name}"}
    source |= {"FullRepositoryId": "example/models", "BranchName": "main"}
    take = _action("Source", "CodeStarSourceConnection", configuration=source, outputArtifacts=[{"name": "Source"}])
    client.create_pipeline(
        pipeline={
            "name": name,
            "roleArn": role,
            "pipelineType": "V2",
            "artifactStore": {"type": "S3", "location": name},
            "variables": [{"name": "ReleaseId", "defaultValue": "auto"}],
            "stages": [
                {"name": "Source", "actions": [take]},
                {"name": "Staging", "actions": [_action("Approval", "Manual")]},
            ],
        }
    )
    client.disable_stage_transition(pipelineName=name, stageName="Source", transitionType="Inbound", reason="Measuring")


def _action(category: str, provider: str, **declared: Any) -> Any:
    type_id = {"category": category, "owner": "AWS", "provider": provider, "version": "1"}
    return {"name": category, "actionTypeId": type_id, **declared}
