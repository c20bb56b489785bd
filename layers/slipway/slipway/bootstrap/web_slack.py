"""Requests from Slack, without anything of the pages: Slack waits three seconds for an answer."""

from __future__ import annotations

from functools import cache, partial

from slipway import settings
from slipway.adapters import aws_json
from slipway.adapters.aws_json.sigv4 import Credentials
from slipway.adapters.clock import SystemClock
from slipway.adapters.slack_interactions import Responder, open_view
from slipway.web.slack.interactions import SlackInteractions


@cache
def build() -> SlackInteractions | None:
    """Return what takes requests from Slack; None for a stack without Slack."""
    config = settings.read(settings.WebSlack)
    if not config.slack_secret:
        return None
    partition = config.slack_secret.split(":")[1]  # arn:aws:secretsmanager:…
    keys = Credentials(config.aws_access_key_id, config.aws_secret_access_key, config.aws_session_token)
    place = (config.aws_region, partition, config.aws_endpoint_url, keys)
    return SlackInteractions(
        credentials=partial(aws_json.secret, aws_json.secrets_manager(*place), config.slack_secret),
        queue=aws_json.Sender(aws_json.sqs(*place), config.clicks_queue),
        open_view=partial(open_view, config.slack_api_url),
        respond=Responder(config.slack_api_url),
        clock=SystemClock(),
        team=config.slack_team,
    )
