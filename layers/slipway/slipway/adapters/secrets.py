"""The secrets in Secrets Manager: what Slack gave us, and what signs personal links."""

from __future__ import annotations

import time
from functools import lru_cache

import boto3
from aws_lambda_powertools.utilities.parameters import get_secret
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError, TransformParameterError

from slipway.errors import ChatFailed

FRESH = 300  # seconds that a warm function may go on with a secret that was changed


def slack_secret(arn: str) -> dict[str, str]:
    """Read `{"bot_token": …, "signing_secret": …}`."""
    content: dict[str, str] = get_secret(arn, transform="json", max_age=FRESH)
    return content


def bot_token(arn: str) -> str:
    """Read what the bot proves itself with; a secret that was put in wrongly is Slack's trouble, not the stream's."""
    try:
        return slack_secret(arn)["bot_token"]
    except (GetParameterError, TransformParameterError, LookupError, TypeError) as error:
        raise ChatFailed(f"Slack's secret cannot be read ({type(error).__name__}): see docs/slack.md.") from None


def link_secrets(arn: str) -> tuple[str, ...]:
    """Read what signs links, and what signed them before it was rotated: those links are good until they expire."""
    return _link_secrets(arn, int(time.monotonic() // FRESH))


@lru_cache(maxsize=1)
def _link_secrets(arn: str, _period: int) -> tuple[str, ...]:
    # Not by Powertools: what it keeps, it keeps by name alone, so that the second version would be the first.
    client = boto3.client("secretsmanager")
    current = client.get_secret_value(SecretId=arn)["SecretString"]
    try:
        return current, client.get_secret_value(SecretId=arn, VersionStage="AWSPREVIOUS")["SecretString"]
    except client.exceptions.ResourceNotFoundException:  # it was never rotated
        return (current,)
