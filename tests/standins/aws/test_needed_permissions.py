"""What a run needed each permission for: its record is replayed without one after the other."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.paths import ROOT

pytestmark = pytest.mark.cloud
PYTHON = ROOT / ".cache" / "cloud" / "bin" / "python"
ROOT_USER = {"AWS": "arn:aws:iam::000000000000:root"}
BUCKET = "arn:aws:s3:::needed"


def table(cloud: Any, role: str, *options: str | Path, what: str = "needed") -> list[str]:
    """Print what the run of the local AWS needed the permissions of a role for."""
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
    command: list[str | Path] = [PYTHON, "-m", "standins", "permissions"]
    environment = os.environ | keys | {"AWS_ENDPOINT_URL": cloud.address}
    logs = cloud.folder / "logs"
    orders: list[list[str | Path]] = [["save", "stack", logs], [what, logs, *options]]
    for words in orders:
        done = subprocess.run(
            [*command, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=60
        )
    return [row for row in done.stdout.splitlines() if row.startswith(f"{role} | ")]


def statement(sid: str, actions: list[str], resource: str | list[str], **condition: Any) -> dict[str, Any]:
    """A statement that allows something."""
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource} | condition


@pytest.fixture(scope="module")
def used(cloud: Any) -> str:
    """A role that lists one folder of a bucket; two statements of it allow to read, which it does."""
    below = {"Condition": {"StringLike": {"s3:prefix": "models/*"}}}
    role = cloud.role(
        "stack-NeededRole-1A2B",
        ROOT_USER,
        statement("List", ["s3:ListBucket"], BUCKET, **below),
        statement("Read", ["s3:GetObject", "s3:PutObject"], f"{BUCKET}/*"),
        statement("ReadAgain", ["s3:GetObject"], f"{BUCKET}/models/*"),
        statement(
            "ListOld", ["s3:ListBucketVersions"], BUCKET, Condition={"StringLikeIfExists": {"s3:prefix": "models/*"}}
        ),
        statement("Many", ["s3:GetBucketVersioning"], [BUCKET, f"{BUCKET}-another"]),
    )
    cloud.client("s3").create_bucket(Bucket="needed")
    cloud.client("s3").put_object(Bucket="needed", Key="models/a", Body=b"a")
    client = cloud.client("s3", *cloud.assume(role))
    client.list_objects_v2(Bucket="needed", Prefix="models/")
    client.list_object_versions(Bucket="needed")
    client.get_object(Bucket="needed", Key="models/a")
    client.get_bucket_versioning(Bucket="needed")
    return "Needed"


def test_a_permission_is_needed_by_what_it_denies_when_it_is_removed(cloud: Any, used: str) -> None:
    """By the condition keys of the request; what two statements allow, neither needs.

    A condition is needed if it keeps another value out, which one does not whose key no request has.
    """
    assert table(cloud, used) == [
        f"{used} | List | s3:ListBucket | s3:ListBucket {BUCKET}",
        f"{used} | Read | s3:GetObject | nothing",
        f"{used} | Read | s3:PutObject | nothing",
        f"{used} | ReadAgain | s3:GetObject | nothing",
        f"{used} | ListOld | s3:ListBucketVersions | s3:ListBucketVersions {BUCKET}",
        f"{used} | Many | s3:GetBucketVersioning | s3:GetBucketVersioning {BUCKET}",
        f"{used} | Many | {BUCKET} | s3:GetBucketVersioning {BUCKET}",
        f"{used} | Many | {BUCKET}-another | nothing",
        f"{used} | List | if s3:prefix | s3:ListBucket {BUCKET}",
        f"{used} | ListOld | if s3:prefix | nothing",
    ]


def test_a_statement_names_what_was_asked_for_of_its_resources(cloud: Any, used: str) -> None:
    """One that is broader than its use is seen."""
    rows = table(cloud, used, what="scope")
    assert rows[0] == f"{used} | List | {BUCKET} if {{'StringLike': {{'s3:prefix': 'models/*'}}}} | {BUCKET}"
    assert rows[1:] == [
        f"{used} | Read | {BUCKET}/* | {BUCKET}/models/a",
        f"{used} | ReadAgain | {BUCKET}/models/* | {BUCKET}/models/a",
        f"{used} | ListOld | {BUCKET} if {{'StringLikeIfExists': {{'s3:prefix': 'models/*'}}}} | {BUCKET}",
        f"{used} | Many | {BUCKET}, {BUCKET}-another | {BUCKET}",
    ]


def test_a_statement_that_no_run_has_is_named(cloud: Any, used: str, tmp_path: Path) -> None:
    """Whatever its condition: a rehearsal has one variant of a stack."""
    template = tmp_path / "template.yaml"
    template.write_text(
        "Resources:\n  Needed:\n    Type: AWS::Serverless::Function\n    Properties:\n      Policies:\n"
        "        - Statement: [{Sid: List}, !If [Rare, {Sid: Never}, !Ref AWS::NoValue]]\n"
    )
    assert table(cloud, used, "--templates", template)[-1] == f"{used} | Never | all | nothing"


def test_a_permission_may_be_excused_with_a_reason(cloud: Any, used: str, tmp_path: Path) -> None:
    """By the role's name in its template, the statement and the action."""
    listed = tmp_path / "excused.yaml"
    listed.write_text(
        "- reason: rare\n  page: p\n  permissions:\n    Needed Read: s3:PutObject\n    '* ReadAgain': s3:GetObject\n"
    )
    assert [row.partition(" | nothing")[2] for row in table(cloud, used, "--excused", listed)][1:4] == [
        "",
        ": rare (p)",
        ": rare (p)",
    ]
