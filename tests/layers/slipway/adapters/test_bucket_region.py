"""Where a bucket lies that is not Slipway's."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from slipway.adapters.bucket_region import region_of
from slipway.errors import DiscoveryFailed


class Session:
    """A session whose S3 gives one response to GetBucketLocation: a location, or the code of an error."""

    def __init__(self, location: str | None = None, error: str = "") -> None:
        self._location, self._error = location, error

    def client(self, name: str) -> Any:
        """Return a client of S3."""
        client = boto3.client("s3", "us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
        stub = Stubber(client)
        if self._error:
            stub.add_client_error("get_bucket_location", self._error)
        else:
            stub.add_response("get_bucket_location", {"LocationConstraint": self._location} if self._location else {})
        stub.activate()
        return client


def _region(**response: Any) -> str:
    session: Any = Session(**response)
    return region_of("theirs", session)


@pytest.mark.parametrize(
    ("location", "region"), [(None, "us-east-1"), ("EU", "eu-west-1"), ("eu-central-1", "eu-central-1")]
)
def test_a_location_is_the_name_of_a_region(location: str | None, region: str) -> None:
    """Two regions have other names for S3."""
    assert _region(location=location) == region


def test_a_bucket_that_is_not_there_is_in_no_region() -> None:
    """S3 says so."""
    assert _region(error="NoSuchBucket") == ""


def test_a_bucket_of_another_account_is_refused_with_a_sentence() -> None:
    """S3 denies it."""
    with pytest.raises(DiscoveryFailed, match="The bucket theirs may not be looked at: Slipway works with a bucket of"):
        _region(error="AccessDenied")


def test_any_other_error_is_not_explained_away() -> None:
    """CloudFormation shows it as it is."""
    with pytest.raises(ClientError):
        _region(error="SlowDown")
