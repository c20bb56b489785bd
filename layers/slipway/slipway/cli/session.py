"""Sessions of AWS for the commands."""

from __future__ import annotations

import boto3
from botocore.exceptions import ProfileNotFound

from slipway.errors import NotFound


def session_of(region: str | None, profile: str | None) -> boto3.Session:
    """Return a session; raises NotFound if there is no such profile."""
    try:
        session = boto3.Session(profile_name=profile, region_name=region)
        session.client("sts", region_name=region or "us-east-1")  # where AWS_DATA_PATH is set, only its use tells
    except ProfileNotFound as error:
        raise NotFound(f"{error}.") from error
    return session
