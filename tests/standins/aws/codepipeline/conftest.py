"""Pipelines in the local AWS, with a role, a function, a topic and a queue around them."""

from __future__ import annotations

import io
import json
import time
import uuid
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.played import action, declaration, stage

type Statement = dict[str, Any]

ACCOUNT = "us-east-1:000000000000"
FUNCTION = """
import boto3, io, json, zipfile

def handler(event, context):
    job = event["CodePipeline.job"]
    data, codepipeline = job["data"], boto3.client("codepipeline")
    if not data.get("continuationToken"):
        return codepipeline.put_job_success_result(jobId=job["id"], continuationToken="again")
    keys = data["artifactCredentials"]
    s3 = boto3.client(
        "s3",
        aws_access_key_id=keys["accessKeyId"],
        aws_secret_access_key=keys["secretAccessKey"],
        aws_session_token=keys["sessionToken"],
    )
    place = data["inputArtifacts"][0]["location"]["s3Location"]
    source = s3.get_object(Bucket=place["bucketName"], Key=place["objectKey"])["Body"].read()
    files = ",".join(zipfile.ZipFile(io.BytesIO(source)).namelist())
    codepipeline.put_job_success_result(jobId=job["id"], outputVariables={"Files": files})
"""


@dataclass(frozen=True)
class Surroundings:
    """What pipelines need: the ARNs of a topic and of a role that may do everything they ask for."""

    cloud: Any
    topic: str
    queue: str
    role: str

    def create(self, *stages: dict[str, Any], **declared: Any) -> Pipeline:
        """Create a pipeline, which starts it."""
        name = f"digits-{uuid.uuid4()}"
        made = Pipeline(self.cloud.client("codepipeline"), name)
        made.client.create_pipeline(pipeline=declaration(*stages, **{"name": name, "roleArn": self.role, **declared}))
        return made


@dataclass(frozen=True)
class Pipeline:
    """A pipeline in the cloud; its only approval is in the stage Ask."""

    client: Any
    name: str

    def executions(self) -> list[dict[str, Any]]:
        """List its executions, the latest first."""
        listed: list[dict[str, Any]] = self.client.list_pipeline_executions(pipelineName=self.name)[
            "pipelineExecutionSummaries"
        ]
        return listed

    def runs(self) -> dict[str, dict[str, Any]]:
        """Show the runs of its actions by name."""
        listed = self.client.list_action_executions(pipelineName=self.name)["actionExecutionDetails"]
        return {run["actionName"]: run for run in reversed(listed)}

    def stage(self) -> dict[str, Any]:
        """Show where the stage Ask stands."""
        states = self.client.get_pipeline_state(name=self.name)["stageStates"]
        found: dict[str, Any] = next(each for each in states if each["stageName"] == "Ask")
        return found

    def approval(self) -> dict[str, Any]:
        """Show the latest run of the approval."""
        latest: dict[str, Any] = self.stage()["actionStates"][-1].get("latestExecution", {})
        return latest

    def token(self) -> str:
        """Wait until somebody is asked."""
        return str(until(lambda: self.approval().get("token")))

    def answer(self, token: str, status: str = "Approved") -> None:
        """Answer the approval."""
        place = {"pipelineName": self.name, "stageName": "Ask", "actionName": "Approve"}
        self.client.put_approval_result(**place, token=token, result={"status": status, "summary": "seen"})


def until[T](look: Callable[[], T], seconds: float = 30) -> T:
    """Look again and again until there is something to see."""
    deadline = time.monotonic() + seconds
    while not (seen := look()) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert seen
    return seen


def allow(resource: str, *actions: str) -> Statement:
    """Make a statement of a policy."""
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource}


@pytest.fixture(scope="session")
def surroundings(cloud: Any) -> Surroundings:
    """A bucket, a topic with a queue that hears it, a function that does jobs, and the role of the pipelines."""
    cloud.client("s3").create_bucket(Bucket="artifacts")
    topic = cloud.client("sns").create_topic(Name="approvals")["TopicArn"]
    _function(cloud)
    role = cloud.role(
        "pipeline",
        {"Service": "codepipeline.amazonaws.com"},
        allow("arn:aws:s3:::artifacts/*", "s3:GetObject", "s3:PutObject"),
        allow("arn:aws:s3:::source*", "s3:GetBucketVersioning", "s3:GetObject", "s3:GetObjectVersion"),
        allow(f"arn:aws:lambda:{ACCOUNT}:function:opener", "lambda:InvokeFunction"),
        allow(topic, "sns:Publish"),
        allow("*", "codeconnections:UseConnection"),
    )
    return Surroundings(cloud, topic, _queue(cloud, topic), role)


@pytest.fixture
def asking(surroundings: Surroundings) -> Pipeline:
    """A pipeline whose second stage is an approval."""
    return surroundings.create(stage("Ask", action("Manual", "Approve")))


def _queue(cloud: Any, topic: str) -> str:
    sqs = cloud.client("sqs")
    url = sqs.create_queue(QueueName="notices")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = {"Statement": [{**allow(arn, "sqs:SendMessage"), "Principal": "*"}]}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    cloud.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return str(url)


def _function(cloud: Any) -> None:
    may = allow("*", "codepipeline:PutJobSuccessResult")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", FUNCTION)
    cloud.client("lambda").create_function(
        FunctionName="opener",
        Runtime="python3.13",
        Role=cloud.role("opener", {"Service": "lambda.amazonaws.com"}, may),
        Handler="app.handler",
        Timeout=30,
        Code={"ZipFile": packed.getvalue()},
    )


@pytest.fixture
def wait_until() -> Callable[..., Any]:
    """Look again and again until there is something to see."""
    return until


@pytest.fixture
def allowing() -> Callable[..., Statement]:
    """Make statements of policies."""
    return allow
