"""Secrets Manager: the credentials of the Slack app, and the secret that signs personal links."""

from __future__ import annotations

import time
from functools import lru_cache

import boto3
from aws_lambda_powertools.utilities.parameters import get_secret
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError, TransformParameterError

from slipway.errors import ChatFailed

MAX_AGE = 300  # seconds that a warm function keeps a secret


def slack_credentials(arn: str) -> dict[str, str]:
    """Return `{"bot_token": …, "signing_secret": …}`."""
    content: dict[str, str] = get_secret(arn, transform="json", max_age=MAX_AGE)
    return content


def bot_token(arn: str) -> str:
    """Return the bot's token; a secret that was filled in wrongly is a ChatFailed, so that e-mail goes on."""
    try:
        return slack_credentials(arn)["bot_token"]
    except (GetParameterError, TransformParameterError, LookupError, TypeError) as error:
        raise ChatFailed(f"Slack's secret cannot be read ({type(error).__name__}): see docs/slack.md.") from None


def link_secrets(arn: str) -> tuple[str, ...]:
    """Return the secret that signs links, then the one before its rotation: its links are good until they expire."""
    return _link_secrets(arn, int(time.monotonic() // MAX_AGE))


@lru_cache(maxsize=1)
def _link_secrets(arn: str, _period: int) -> tuple[str, ...]:
    # Not by Powertools: its cache knows a secret by name alone, so that the second version would be the first.
    client = boto3.client("secretsmanager")
    current = client.get_secret_value(SecretId=arn)["SecretString"]
    try:
        return current, client.get_secret_value(SecretId=arn, VersionStage="AWSPREVIOUS")["SecretString"]
    except client.exceptions.ResourceNotFoundException:  # it was never rotated
        return (current,)
