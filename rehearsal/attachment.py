"""Attaches Slipway to a pipeline that is there, and removes it again."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import boto3

from rehearsal import aws, deployment
from rehearsal.errors import RehearsalError
from rehearsal.setup import Setup

OWNER = "slipway-suite-owner"
REMOVED_WITHIN = 120.0
ACCOUNT = "arn:aws:iam::000000000000:root"


def attach(setup: Setup, pipeline: str, **overrides: str) -> aws.Outputs:
    """Run `sam deploy` with the pipeline's name; `overrides` are parameters for what cannot be discovered."""
    return deployment.deploy(setup, {"ExistingPipeline": pipeline, "SamplePercent": "0", **overrides})


def put_suite(setup: Setup, suite: Path, bucket: str, model: str) -> None:
    """Write the suite of record as its owner, who is the only one that may."""
    iam, session = boto3.client("iam", config=aws.QUICK), boto3.client("sts", config=aws.QUICK)
    trust = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
    write = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{bucket}/suites/*"}
    role = iam.create_role(RoleName=OWNER, AssumeRolePolicyDocument=_policy(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName=OWNER, PolicyName="suites", PolicyDocument=_policy(write))
    keys = session.assume_role(RoleArn=role, RoleSessionName="suites")["Credentials"]
    s3 = boto3.client(
        "s3",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
        config=aws.QUICK,
    )
    for name, path in _files(setup.workspace.root, suite):
        s3.put_object(Bucket=bucket, Key=f"suites/{model}/{name}", Body=path.read_bytes())


def remove(setup: Setup) -> None:
    """Delete the stack; `sam delete` would do no more, and stumbles over the local AWS's addresses of artifacts."""
    client = boto3.client("cloudformation", config=aws.QUICK)
    stack = client.describe_stacks(StackName=deployment.STACK)["Stacks"][0]["StackId"]
    client.delete_stack(StackName=deployment.STACK)

    def ended() -> str | None:
        status = client.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
        return None if status.endswith("IN_PROGRESS") else str(status)

    if (found := setup.watch.until(ended, REMOVED_WITHIN, "The stack is not deleted in time.")) != "DELETE_COMPLETE":
        raise RehearsalError(f"The stack was not deleted, but is {found}: {aws.first_failure(deployment.STACK)}")


def _files(root: Path, suite: Path) -> Iterator[tuple[str, Path]]:
    yield "suite.yaml", suite
    golden = root / "service" / "suite" / "golden"
    for path in sorted(golden.rglob("*")):
        if path.is_file():
            yield f"golden/{path.relative_to(golden).as_posix()}", path


def _policy(statement: Mapping[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
