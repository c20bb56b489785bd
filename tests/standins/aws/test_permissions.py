"""What a deployment needs of its caller, tried with the role of Slipway's own pipeline."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.paths import ROOT
from tests.support.pipeline_stack import pipeline_stack

pytestmark = pytest.mark.cloud
NAME = "permissions"
PYTHON = ROOT / ".cache" / "cloud" / "bin" / "python"
# What CodePipeline does itself, before and beside Beanstalk: the rehearsal exercises it.
CODEPIPELINE = {"FetchBundles", "FindBundles", "DeployVersions"}


@pytest.fixture(scope="module")
def roles(cloud: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The stack of the pipeline; gives the names of its roles."""
    with pipeline_stack(cloud, NAME, tmp_path_factory.mktemp("bundle")) as found:
        yield {
            each["LogicalResourceId"]: each["PhysicalResourceId"]
            for each in found
            if each["ResourceType"] == "AWS::IAM::Role"
        }


@pytest.fixture
def policy(cloud: Any, roles: dict[str, str]) -> Iterator[dict[str, Any]]:
    """The deploy role's policy, which is as it was after a test."""
    iam, place = cloud.client("iam"), {"RoleName": roles["DeployRole"], "PolicyName": "deploy"}
    document = iam.get_role_policy(**place)["PolicyDocument"]
    yield json.loads(json.dumps(document))
    iam.put_role_policy(**place, PolicyDocument=json.dumps(document))


def beanstalk(cloud: Any, role: str) -> Any:
    """A client of the deploy role."""
    # Only the pipeline's role may assume it; the test lets itself in.
    iam = cloud.client("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000000:root"}, "Action": "sts:AssumeRole"}
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps({"Statement": [trust]}))
    return cloud.client("elasticbeanstalk", *cloud.assume(f"arn:aws:iam::000000000000:role/{role}"))


def version(cloud: Any) -> str:
    """A version of the application whose bundle does not work: what a deployment asks of its caller comes first."""
    label = uuid.uuid4().hex
    bucket = "elasticbeanstalk-us-east-1-000000000000"
    cloud.client("s3").create_bucket(Bucket=bucket)
    cloud.client("s3").put_object(Bucket=bucket, Key=label, Body=b"no zip")
    bundle = {"S3Bucket": bucket, "S3Key": label}
    client = cloud.client("elasticbeanstalk")
    client.create_application_version(ApplicationName=NAME, VersionLabel=label, SourceBundle=bundle)
    return label


def removed(document: dict[str, Any], action: str) -> str:
    """The document without an action."""
    for statement in document["Statement"]:
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        statement["Action"] = [each for each in actions if each != action] or ["none:None"]
    return json.dumps(document)


def ending(client: Any, name: str, since: Any) -> str:
    """Wait for the end of an update; its last message."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        (found,) = client.describe_environments(EnvironmentNames=[name])["Environments"]
        if found["Status"] == "Ready":
            return str(client.describe_events(EnvironmentName=name, StartTime=since)["Events"][0]["Message"])
        time.sleep(0.05)
    pytest.fail(f"{name} does not become Ready.")


def test_each_permission_of_the_deploy_role_is_needed_by_a_deployment(cloud: Any, roles: dict[str, str]) -> None:
    """The program removes them one by one; every removal fails a deployment with one of the five policies."""
    environment = os.environ | {
        "AWS_ENDPOINT_URL": cloud.address,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    command: list[str | Path] = [
        PYTHON,
        "-m",
        "standins",
        "permissions",
        "deploy",
        roles["DeployRole"],
        f"{NAME}-production",
    ]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=60)
    lines = done.stdout.splitlines()
    assert len(lines) > 70
    assert {line.split()[0] for line in lines if "no deployment" in line} == CODEPIPELINE
    row = next(line for line in lines if "autoscaling:SetDesiredCapacity" in line)
    assert re.search(r"the deployment \(RollingWithAdditionalBatch\): .*, see https://docs\.aws\.amazon\.com/", row)


def test_a_role_that_has_updated_an_environment_needs_what_any_deployment_does(
    cloud: Any, roles: dict[str, str], tmp_path: Path
) -> None:
    """A run deploys by one policy; the table of all five says what the others would be denied."""
    role = roles["DeployRole"]
    arn = f"arn:aws:elasticbeanstalk:us-east-1:000000000000:environment/{NAME}/{NAME}-staging"
    asked = {"role": role, "action": "elasticbeanstalk:UpdateEnvironment", "resource": arn, "context": {}}
    (tmp_path / "iam.jsonl").write_text(json.dumps(asked | {"decision": "Allow", "sid": ""}))
    environment = os.environ | {
        "AWS_ENDPOINT_URL": cloud.address,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    orders: list[list[str | Path]] = [["save", NAME, tmp_path], ["needed", tmp_path]]
    for words in orders:
        command: list[str | Path] = [PYTHON, "-m", "standins", "permissions", *words]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 0, done.stderr
    rows = [row.split(" | ")[1:] for row in done.stdout.splitlines() if row.startswith("Deploy | ")]
    unneeded = {statement for statement, _, denied in rows if denied == "nothing"}
    assert unneeded == CODEPIPELINE
    assert ["SplitTraffic", "elasticloadbalancing:ModifyListener"] in [row[:2] for row in rows]


def test_an_update_without_a_permission_of_the_request_is_refused(
    cloud: Any, roles: dict[str, str], policy: dict[str, Any]
) -> None:
    """As on AWS, the refusal names the action and nothing changes."""
    document = removed(policy, "s3:CreateBucket")
    cloud.client("iam").put_role_policy(RoleName=roles["DeployRole"], PolicyName="deploy", PolicyDocument=document)
    client, label = beanstalk(cloud, roles["DeployRole"]), version(cloud)
    with pytest.raises(ClientError, match=r"InsufficientPrivilegesException.*'s3:CreateBucket'"):
        client.update_environment(EnvironmentName=f"{NAME}-staging", VersionLabel=label)


@pytest.mark.parametrize(
    ("environment", "action", "service"),
    [
        ("staging", "s3:GetObjectVersion", "AmazonS3"),
        ("production", "elasticloadbalancing:RegisterTargets", "AmazonElasticLoadBalancing"),
    ],
)
def test_a_deployment_without_a_permission_fails(
    cloud: Any, roles: dict[str, str], policy: dict[str, Any], environment: str, action: str, service: str
) -> None:
    """The environment goes on with what it ran, and its events say what was denied."""
    client, name = beanstalk(cloud, roles["DeployRole"]), f"{NAME}-{environment}"
    document = removed(policy, action)
    cloud.client("iam").put_role_policy(RoleName=roles["DeployRole"], PolicyName="deploy", PolicyDocument=document)
    since = datetime.now(UTC)
    client.update_environment(EnvironmentName=name, VersionLabel=version(cloud))
    said = ending(client, name, since)
    assert f"Service:{service}, Message:User: arn:aws:sts::" in said
    assert f"is not authorized to perform: {action} on resource: " in said


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_with_all_of_them_an_environment_is_updated(cloud: Any, roles: dict[str, str], environment: str) -> None:
    """The role as the template has it is enough: the bundle is fetched, and found to be none."""
    client, name, since = beanstalk(cloud, roles["DeployRole"]), f"{NAME}-{environment}", datetime.now(UTC)
    client.update_environment(EnvironmentName=name, VersionLabel=version(cloud))
    assert "not a zip file" in ending(client, name, since)
