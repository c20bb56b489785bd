"""The pages on AWS's own wire formats: the parts that the function puts together fit each other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from aws_lambda_powertools import Logger
from moto import mock_aws

from slipway import bootstrap, settings
from slipway.adapters.ledger import DynamoLedger
from slipway.models import Candidate, Release, State
from slipway.smoke import report
from slipway.web.links import Links
from tests.support import made_evidence
from tests.support.made_site import ADA, waiting
from tests.support.site_server import event

EVIDENCE = "evidence/digits-r1/staging.json"


@pytest.fixture
def told(aws_environment: None) -> Iterator[settings.Web]:
    """A stack with a table, a bucket and the secret that signs links."""
    with mock_aws():
        boto3.client("dynamodb").create_table(
            TableName="ledger",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "kind", "opened_at")
            ],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "history",
                    "KeySchema": [
                        {"AttributeName": "kind", "KeyType": "HASH"},
                        {"AttributeName": "opened_at", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
        )
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="models", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        s3.put_object(Bucket="models", Key=EVIDENCE, Body=json.dumps(report.document(made_evidence.passed())).encode())
        secret = boto3.client("secretsmanager").create_secret(Name="links", SecretString="a secret")["ARN"]
        places = ["queue", "", "", "", secret, "ledger", "models", "slipway"]
        yield settings.Web(*places, "U0ADA=ada@example.com", required_approvals=1, allow_self_approval=False)


@pytest.fixture
def release(told: settings.Web) -> Release:
    """A release that waits for an answer."""
    now = datetime.now(UTC)
    ledger = DynamoLedger("ledger")
    ledger.open(Candidate("digits-1", "digits", "models/digits/1/", (), now), State.RECEIVED, "", now)
    model = waiting(replace(report.summary(made_evidence.passed()), evidence=EVIDENCE))
    assert model.approval
    asked = replace(model.approval, asked_at=now, expires=now + timedelta(hours=1))
    fields = {"id": "digits-r1", "number": 1, "approval": asked, "times": {State.RECEIVED: now, State.WAITING: now}}
    return ledger.change("digits-r1", lambda current: replace(model, revision=current.revision, **fields))


def visit(told: settings.Web, method: str, path: str, token: str, form: bytes = b"") -> Any:
    return bootstrap.answer(told, event(method, path, f"t={token}", form), Logger())


def test_a_review_is_read_and_answered(told: settings.Web, release: Release) -> None:
    """From the table, the bucket and the secret, and back into the table."""
    token = Links(lambda: ["a secret"]).review(ADA, release).partition("t=")[2]
    assert "All 8 checks passed." in visit(told, "GET", "/review", token)["body"]
    sent = visit(told, "POST", "/review", "", f"t={token}&answer=reject".encode())
    assert (sent["statusCode"], "Say in a sentence why" in sent["body"]) == (409, True)


def test_the_history_is_read(told: settings.Web, release: Release) -> None:
    """From the index."""
    token = Links(lambda: ["a secret"]).history(ADA, datetime.now(UTC)).partition("t=")[2]
    assert json.loads(visit(told, "GET", "/history.json", token)["body"])["releases"][0]["id"] == release.id
    assert visit(told, "GET", "/history/digits-r1/staging", token)["statusCode"] == 200
