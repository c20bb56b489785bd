"""Requests from Slack, without anything of the pages: Slack waits three seconds for an answer."""

from __future__ import annotations

from functools import cache, partial

from slipway import settings
from slipway.adapters.clock import SystemClock
from slipway.adapters.secrets import slack_credentials
from slipway.adapters.slack_interactions import open_view
from slipway.adapters.sqs import Queue
from slipway.web.slack.interactions import SlackInteractions


@cache
def build() -> SlackInteractions | None:
    """Return what takes requests from Slack; None for a stack without Slack."""
    config = settings.read(settings.WebSlack)
    if not config.slack_secret:
        return None
    return SlackInteractions(
        credentials=lambda: slack_credentials(config.slack_secret),
        queue=Queue(config.clicks_queue),
        open_view=partial(open_view, config.slack_api_url),
        clock=SystemClock(),
        team=config.slack_team,
    )
