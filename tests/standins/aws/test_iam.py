"""IAM where MiniStack differs from AWS."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.cloud


def test_a_bucket_policy_spares_a_role_by_its_arn(cloud: Any) -> None:
    """A Deny for everybody but one role lets that role's sessions through, and no others, whatever their rights."""
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="guarded")
    everything = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    trust = {"AWS": "arn:aws:iam::000000000000:root"}
    writer, other = (cloud.role(name, trust, everything) for name in ("guarded-writer", "guarded-other"))
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:PutObject", "s3:DeleteObject"],
        "Resource": "arn:aws:s3:::guarded/evidence/*",
        "Condition": {"ArnNotLike": {"aws:PrincipalArn": [writer]}},
    }
    s3.put_bucket_policy(Bucket="guarded", Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny]}))
    cloud.client("s3", *cloud.assume(writer)).put_object(Bucket="guarded", Key="evidence/r1.json", Body=b"{}")
    stranger = cloud.client("s3", *cloud.assume(other))
    stranger.put_object(Bucket="guarded", Key="models/m.onnx", Body=b"m")
    with pytest.raises(ClientError, match="AccessDenied"):
        stranger.put_object(Bucket="guarded", Key="evidence/r1.json", Body=b"{}")


def test_decisions_about_roles_are_logged_once(cloud: Any) -> None:
    """With the statement that allowed it: so it is seen which rights a run needs."""
    allow = {"Sid": "ListThem", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}
    role = cloud.role("logged", {"AWS": "arn:aws:iam::000000000000:root"}, allow)
    cloud.client("s3").create_bucket(Bucket="listed")
    client = cloud.client("s3", *cloud.assume(role))
    for _ in range(2):
        client.list_objects_v2(Bucket="listed")
    lines = map(json.loads, (cloud.folder / "logs" / "iam.jsonl").read_text().splitlines())
    allowed = [line for line in lines if line["role"] == "logged" and line["decision"] == "Allow"]
    assert [(line["action"], line["sid"]) for line in allowed] == [("s3:ListBucket", "ListThem")]


def test_what_a_run_uses_is_noted_each_time(cloud: Any) -> None:
    """Calls of roles, and the items that are stored, with their sizes: what a bill is made of."""
    allow = {"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": "*"}
    role = cloud.role("writer", {"AWS": "arn:aws:iam::000000000000:root"}, allow)
    cloud.client("dynamodb").create_table(
        TableName="used",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )
    client = cloud.client("dynamodb", *cloud.assume(role))
    for _ in range(2):
        client.put_item(TableName="used", Item={"pk": {"S": "a" * 1000}})
    lines = [json.loads(line) for line in (cloud.folder / "logs" / "usage.jsonl").read_text().splitlines()]
    calls = [line["action"] for line in lines if line["kind"] == "call" and line["role"] == "writer"]
    sizes = [line["bytes"] for line in lines if line["kind"] == "item" and line["table"] == "used"]
    assert calls == ["dynamodb:PutItem"] * 2
    assert [1000 <= size < 1100 for size in sizes] == [True, True]
