"""An AWS in memory whose calls fail when and how a test says, with a queue that is read as Lambda reads it."""

from __future__ import annotations

import io
import itertools
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from unittest.mock import patch

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext
from boto3.dynamodb.types import TypeDeserializer
from botocore.awsrequest import AWSResponse, HTTPHeaders
from botocore.exceptions import ClientError, ReadTimeoutError
from cfnlint.decode import cfn_yaml
from moto import mock_aws

from functions.receive_upload import app
from slipway.adapters.clock import SystemClock
from slipway.adapters.s3 import arrival_of
from slipway.bootstrap import receive_upload
from slipway.uploads import freeze
from slipway.uploads.validation import inspection
from tests.support.made_models import onnx, weights
from tests.support.paths import ROOT

TEMPLATE = cfn_yaml.load(str(ROOT / "template.yaml"))["Resources"]
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_CONFIG_FILE": os.devnull,
    "PIPELINE_NAME": "slipway",
    "EXISTING_PIPELINE": "",
    "ORDERS_QUEUE": "",
    "UPLOADS_QUEUE": "https://sqs.eu-central-1.amazonaws.com/123456789012/uploads",
    "SETTLE_SECONDS": "0",
    "MAX_UPLOADS_PER_HOUR": "1000",
    "MAX_MODEL_BYTES": "1000000",
    "ACCEPTED_FORMATS": "onnx,labels.txt",
    "ALLOW_PICKLE": "false",
    "ALLOW_LOOSER_SUITES": "false",
    "ALLOW_OTHER_MODELS": "false",
    "SUITE_MINUTES": "30",
    "UPLOADER_PROOF": "claim",
    "MODEL_SIGNING_KEYS": "",
}
FAULTS = ("throttled", "timed out", "crashed after", "asked again")


class Crash(BaseException):
    """The function's process ends here: nothing that catches errors sees it."""


@dataclass
class Faults:
    """Counts the calls of a session's clients, and does to the chosen one what `kind` says."""

    calls: list[str] = field(default_factory=list)
    number: int = -1
    kind: str = ""
    happened: bool = False
    meanwhile: Callable[[], object] = bool

    def watch(self, session: boto3.Session) -> None:
        """Sit around every call: before it leaves, when its answer is judged, and after that."""
        events: Any = session.events  # its stubs say that a hook returns nothing
        events.register("before-call", self._before)
        events.register("needs-retry", self._judged)
        events.register("after-call", self._after)

    def plan(self, number: int, kind: str) -> None:
        """Spoil one of the calls from now on."""
        self.calls.clear()
        self.number, self.kind, self.happened = number, kind, False

    def _before(self, model: Any, context: dict[str, Any], **_: Any) -> None:
        context["number"] = len(self.calls)
        self.calls.append(model.name)
        if self._now(context, "throttled"):
            raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, model.name)
        if self._now(context, "meanwhile"):
            self.meanwhile()

    def _judged(self, request_dict: dict[str, Any], **_: Any) -> int | None:
        return 0 if self._now(request_dict["context"], "asked again") else None

    def _after(self, context: dict[str, Any], **_: Any) -> None:
        if self._now(context, "timed out"):
            raise ReadTimeoutError(endpoint_url="https://example.com")
        if self._now(context, "crashed after"):
            raise Crash

    def _now(self, context: dict[str, Any], kind: str) -> bool:
        now = not self.happened and (context["number"], kind) == (self.number, self.kind)
        self.happened = self.happened or now
        return now


@dataclass
class Pipeline:
    """CodePipeline as far as it starts executions: one for each client request token."""

    started: dict[str, str] = field(default_factory=dict)

    def watch(self, session: boto3.Session) -> None:
        """Answer the requests instead of CodePipeline."""
        events: Any = session.events
        events.register("before-send.codepipeline.StartPipelineExecution", self._answer)

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        token = json.loads(request.body)["clientRequestToken"]
        execution = self.started.setdefault(token, f"execution-{len(self.started) + 1}")
        body = _Body(json.dumps({"pipelineExecutionId": execution}).encode())
        return AWSResponse(
            request.url, 200, HTTPHeaders.from_dict({"Content-Type": "application/x-amz-json-1.1"}), body
        )


class _Body(io.BytesIO):
    """A body as urllib3 gives it."""

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self.getvalue()


@dataclass
class Workflow:
    """A bucket, a ledger and the queue of the template, all new; `deliver` plays Lambda."""

    name: str
    clients: Callable[[str], Any]
    faults: Faults
    pipeline: Pipeline
    queue: str
    failed: str

    def upload(self, folder: str) -> dict[str, Any]:
        """Upload a model with its card; gives the event of the last object."""
        files = {"card.yaml": b"author: ada@example.com\n"}
        files["model.onnx"] = onnx(initializers=[weights("w", folder.encode())])
        for name, content in files.items():
            self.clients("s3").put_object(Bucket=self.name, Key=folder + name, Body=content)
        return {"time": datetime.now(UTC).isoformat(), "detail": {"object": {"key": folder + "model.onnx"}}}

    def send(self, *bodies: Any) -> None:
        """Put messages into the queue; what is no text is written as JSON."""
        for body in bodies:
            text = body if isinstance(body, str) else json.dumps(body)
            self.clients("sqs").send_message(QueueUrl=self.queue, MessageBody=text)

    def deliver(self) -> list[str] | None:
        """Hand a batch to the function and delete what it handled; gives the bodies that failed, None if it did."""
        sqs = self.clients("sqs")
        batch = sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages", [])
        records = [{"messageId": each["MessageId"], "body": each["Body"], "attributes": {}} for each in batch]
        try:
            answer = app.lambda_handler({"Records": records}, LambdaContext()) if records else {"batchItemFailures": []}
        except (Exception, Crash):  # noqa: BLE001  # whatever it is, Lambda deletes nothing
            return None
        failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
        for each in batch:
            if each["MessageId"] not in failed:
                sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=each["ReceiptHandle"])
        return [each["Body"] for each in batch if each["MessageId"] in failed]

    def receive(self, event: dict[str, Any]) -> None:
        """Handle an event as another Lambda would that runs beside the one which handles a batch."""
        receive_upload.build().uploads.receive(arrival_of(event))

    def dead(self) -> list[str]:
        """Read what lies in the dead-letter queue."""
        found = self.clients("sqs").receive_message(QueueUrl=self.failed, MaxNumberOfMessages=10)
        return [each["Body"] for each in found.get("Messages", [])]

    def manifests(self) -> list[dict[str, Any]]:
        """Read the manifests in the bucket."""
        s3 = self.clients("s3")
        listed = s3.list_objects_v2(Bucket=self.name, Prefix="candidates/").get("Contents", [])
        versions = s3.list_object_versions(Bucket=self.name, Prefix="candidates/").get("Versions", [])
        assert len(listed) == len(versions)
        return [json.load(s3.get_object(Bucket=self.name, Key=each["Key"])["Body"]) for each in listed]

    def items(self, sort: str) -> list[dict[str, Any]]:
        """Read the ledger's items whose sort key begins so."""
        read = TypeDeserializer().deserialize
        found = self.clients("dynamodb").scan(TableName=self.name)["Items"]
        items = [{name: read(value) for name, value in item.items()} for item in found]
        return [item for item in items if item["sk"].startswith(sort)]


@contextmanager
def workflows() -> Iterator[Callable[[], Workflow]]:
    """Give a maker of workflows; what the function says is kept to itself, and it asks one thing after the other."""
    with mock_aws(), patch.dict(os.environ, ENVIRONMENT), patch.object(boto3, "DEFAULT_SESSION", boto3.Session()):
        os.environ.pop("AWS_ENDPOINT_URL", None)
        faults, pipeline, numbers = Faults(), Pipeline(), itertools.count(1)
        faults.watch(boto3.DEFAULT_SESSION)  # type: ignore[arg-type]
        pipeline.watch(boto3.DEFAULT_SESSION)  # type: ignore[arg-type]
        clients = cache(boto3.Session().client)
        one_by_one = patch.object(freeze, "READERS", 1), patch.object(inspection, "WORKERS", 1)
        settled = patch.object(SystemClock, "now", lambda _: datetime.now(UTC) + timedelta(minutes=1))
        with (
            settled,
            one_by_one[0],
            one_by_one[1],
            patch.object(app.logger.registered_handler, "stream", io.StringIO()),
        ):
            yield lambda: _workflow(f"models-{next(numbers)}", clients, faults, pipeline)


def _workflow(name: str, clients: Callable[[str], Any], faults: Faults, pipeline: Pipeline) -> Workflow:
    faults.plan(-1, "")
    pipeline.started.clear()
    s3 = clients("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    _table(name, clients)
    os.environ |= {"MODEL_BUCKET": name, "LEDGER_TABLE": name}
    receive_upload.build.cache_clear()
    receive_upload.build()
    return Workflow(name, clients, faults, pipeline, *_queues(name, clients))


def _table(name: str, clients: Callable[[str], Any]) -> None:
    declared = json.loads(json.dumps(TEMPLATE["Ledger"]["Properties"]))
    wanted = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
    clients("dynamodb").create_table(TableName=name, **{key: declared[key] for key in wanted})


def _queues(name: str, clients: Callable[[str], Any]) -> tuple[str, str]:
    """Make the template's queues, but without its delays: what failed is there again at once."""
    sqs = clients("sqs")
    failed = sqs.create_queue(QueueName=f"{name}-failed")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=failed, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = {**TEMPLATE["Uploads"]["Properties"]["RedrivePolicy"], "deadLetterTargetArn": arn}
    attributes = {"VisibilityTimeout": "0", "RedrivePolicy": json.dumps(policy)}
    return sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"], failed
