"""Cards and e-mails about releases."""

from __future__ import annotations

from functools import cache

from slipway import settings
from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import DynamoLedger
from slipway.adapters.secrets import bot_token
from slipway.adapters.slack import ChannelClient
from slipway.adapters.sns import EmailTopic
from slipway.approvals.policy import Policy, person_of
from slipway.bootstrap.links import links
from slipway.bootstrap.policy import policy
from slipway.notifications.email.notifier import Mailings
from slipway.notifications.notifier import Announcements
from slipway.notifications.places import Places
from slipway.notifications.slack.notifier import Telling


@cache
def build() -> Announcements:
    """Make the notifier."""
    read = settings.read(settings.Announce)
    places, people = _places(read), policy(read)
    return Announcements(
        ledger=DynamoLedger(read.ledger_table),
        clock=SystemClock(),
        mailings=_email(read, people, places),
        slack=_slack(read, people, places) if read.slack_channel else None,
    )


def _places(read: settings.Announce) -> Places:
    return Places(
        staging=read.staging_url,
        production=read.production_url,
        bucket=read.model_bucket,
        pipeline=read.pipeline_name,
        region=read.aws_region,
        console=read.console_url,
        cards=bool(read.slack_channel),
    )


def _email(read: settings.Announce, people: Policy, places: Places) -> Mailings:
    personal, escalate_to = links(read, read.web_url), person_of(read.escalate_to)
    return Mailings(
        EmailTopic(read.topic_arn), people, places, read.mail_to, escalate_to, personal.review, personal.release
    )


def _slack(read: settings.Announce, people: Policy, places: Places) -> Telling:
    channel = ChannelClient(lambda: bot_token(read.slack_secret), read.slack_channel, read.slack_api_url)
    return Telling(channel, places, people, person_of(read.escalate_to))
