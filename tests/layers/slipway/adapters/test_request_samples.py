"""Sampled requests in the model bucket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from slipway.adapters import request_samples
from slipway.adapters.request_samples import BucketSamples
from slipway.errors import SamplesUnreadable


@pytest.fixture
def client(aws_environment: None) -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket="models", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        yield client


def test_the_newest_come_first_and_nothing_else(client: Any) -> None:
    """The last day's first, whatever their names are, and only what is below samples/."""
    keys = ["samples/2026-11-02/z", "models/birds/v1/model.onnx", "samples/2026-11-02/a", "samples/2026-11-01/b"]
    for number, key in enumerate(keys):
        client.put_object(Bucket="models", Key=key, Body=str(number).encode())
        moved(key, number)
    assert list(BucketSamples("models").newest_first()) == [b"2", b"0", b"3"]


def test_without_any_there_are_none(client: Any) -> None:
    assert list(BucketSamples("models").newest_first()) == []


def test_objects_and_their_bytes_are_bounded(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever may write there may write much."""
    monkeypatch.setattr(request_samples, "_LARGEST", 4)
    for number in range(12):
        client.put_object(Bucket="models", Key=f"samples/2026-11-01/{number}.jsonl", Body=b"123456")
    assert list(BucketSamples("models").newest_first()) == [b"1234"] * 10


def test_what_s3_denies_is_said(aws_environment: None) -> None:
    """In a sentence for the people who read the evidence."""
    samples = BucketSamples("models")
    with Stubber(samples._client) as stub:
        stub.add_client_error("list_objects_v2", "AccessDenied", "not yours")
        with pytest.raises(SamplesUnreadable, match=r"cannot be read from the model bucket.*not yours"):
            list(samples.newest_first())


def moved(key: str, minutes: int) -> None:
    """Give an object another time."""
    from datetime import UTC, datetime, timedelta

    from moto.s3.models import s3_backends

    (backend,) = [backends["aws"] for backends in s3_backends.values()]
    at = datetime(2026, 11, 3, tzinfo=UTC) + timedelta(minutes=minutes)
    backend.buckets["models"].keys[key].last_modified = at.replace(tzinfo=None)
