"""Secrets Manager: the credentials of the Slack app, and the secret that signs personal links."""

from __future__ import annotations

import json
import time
from functools import lru_cache
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from slipway.errors import ChatFailed

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

MAX_AGE = 300  # seconds that a warm function keeps a secret


def slack_credentials(arn: str) -> dict[str, str]:
    """Return `{"bot_token": …, "signing_secret": …}`."""
    content: dict[str, str] = json.loads(_versions(arn, _cache_window())[0])
    return content


def bot_token(arn: str) -> str:
    """Return the bot's token; raises ChatFailed for a secret that was filled in wrongly, so that e-mail goes on."""
    try:
        return slack_credentials(arn)["bot_token"]
    except (BotoCoreError, ClientError, ValueError, LookupError, TypeError) as error:
        raise ChatFailed(f"Slack's secret cannot be read ({type(error).__name__}): see docs/slack.md.") from None


def link_secrets(arn: str) -> tuple[str, ...]:
    """Return the secret that signs links, then the one before its rotation, whose links are good until they expire."""
    return _versions(arn, _cache_window(), previous=True)


def _cache_window() -> int:
    """Return a number that changes every MAX_AGE seconds: secrets are cached by it, and so read again."""
    return int(time.monotonic() // MAX_AGE)


@lru_cache(maxsize=2)
def _versions(arn: str, _period: int, *, previous: bool = False) -> tuple[str, ...]:
    """Return a secret's current version, then, if `previous`, the one before its rotation; cached for one `_period`."""
    # Not by Powertools: its cache knows a secret by name alone, so that the second version would be the first.
    client: SecretsManagerClient = boto3.client("secretsmanager")
    current = client.get_secret_value(SecretId=arn)["SecretString"]
    if not previous:
        return (current,)
    try:
        return current, client.get_secret_value(SecretId=arn, VersionStage="AWSPREVIOUS")["SecretString"]
    except client.exceptions.ResourceNotFoundException:  # it was never rotated
        return (current,)
