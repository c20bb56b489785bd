"""The Slack secret in Secrets Manager."""

from __future__ import annotations

from aws_lambda_powertools.utilities.parameters import get_secret

FRESH = 300  # seconds that a warm function may go on with a secret that was changed


def slack_secret(arn: str) -> dict[str, str]:
    """Read `{"bot_token": …, "signing_secret": …}`."""
    content: dict[str, str] = get_secret(arn, transform="json", max_age=FRESH)
    return content
