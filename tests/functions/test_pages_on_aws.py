"""The pages on AWS's own wire formats: the parts that the function puts together fit each other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from functions.web import app
from slipway.adapters.ledger import DynamoLedger
from slipway.bootstrap import web_pages
from slipway.bootstrap.evidence import evidence_store
from slipway.models import Candidate, Release, State
from slipway.settings import Bucket
from slipway.web.personal_links import PersonalLinks
from tests.support import made_evidence
from tests.support.made_releases import changed
from tests.support.made_site import ADA, waiting
from tests.support.site_server import event

EVIDENCE = replace(made_evidence.passed(), release="digits-r1")


@pytest.fixture
def stack(aws_environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
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
        secret = boto3.client("secretsmanager").create_secret(Name="links", SecretString="a secret")["ARN"]
        told = {"LINK_SECRET": secret, "LEDGER_TABLE": "ledger", "MODEL_BUCKET": "models", "PIPELINE_NAME": "slipway"}
        told |= {"EXISTING_PIPELINE": "", "ORDERS_QUEUE": ""}
        told |= {
            "APPROVERS": "U0ADA=ada@example.com",
            "REQUIRED_APPROVALS": "1",
            "ALLOW_SELF_APPROVAL": "false",
            "UPLOADER_PROOF": "claim",
            "RELEASE_HOURS": "",
            "FREEZES": "",
        }
        for name, value in told.items():
            monkeypatch.setenv(name, value)
        web_pages.build.cache_clear()
        yield
        web_pages.build.cache_clear()


@pytest.fixture
def release(stack: None) -> Release:
    """A release that waits for an answer."""
    now = datetime.now(UTC)
    ledger = DynamoLedger("ledger")
    ledger.open(Candidate("digits-1", "digits", "models/digits/1/", (), now), State.RECEIVED, "", now)
    model = waiting(evidence_store(Bucket(model_bucket="models")).write(EVIDENCE))
    assert model.approval.question
    asked = replace(model.approval.question, asked_at=now, expires=now + timedelta(hours=1))
    fields: dict[str, Any] = {
        "id": "digits-r1",
        "number": 1,
        "question": asked,
        "times": {State.RECEIVED: now, State.WAITING: now},
    }
    return ledger.change("digits-r1", lambda current: changed(model, revision=current.revision, **fields))


def visit(method: str, path: str, token: str, form: bytes = b"") -> Any:
    return app.lambda_handler(event(method, path, f"t={token}", form), None)  # type: ignore[arg-type]


def test_a_review_is_read_and_answered(release: Release) -> None:
    """From the table, the bucket and the secret, and back into the table."""
    token = PersonalLinks(lambda: ["a secret"]).review(ADA, release).partition("t=")[2]
    assert "All 8 checks passed." in visit("GET", "/review", token)["body"]
    sent = visit("POST", "/review", "", f"t={token}&answer=reject".encode())
    assert (sent["statusCode"], "Say in a sentence why" in sent["body"]) == (409, True)


def test_the_history_is_read(release: Release) -> None:
    """From the index."""
    token = PersonalLinks(lambda: ["a secret"]).history(ADA, datetime.now(UTC)).partition("t=")[2]
    assert json.loads(visit("GET", "/history.json", token)["body"])["releases"][0]["id"] == release.id
    assert visit("GET", "/history/digits-r1/staging", token)["statusCode"] == 200
