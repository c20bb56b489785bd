"""Cards and e-mails about releases."""

from __future__ import annotations

from functools import cache

from slipway import settings
from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import DynamoLedger
from slipway.adapters.secrets import bot_token
from slipway.adapters.slack import ChannelClient
from slipway.adapters.sns import EmailTopic
from slipway.approvals.policy import Policy, parse_approver
from slipway.bootstrap.personal_links import personal_links
from slipway.bootstrap.policy import policy
from slipway.bootstrap.reporting import report
from slipway.notifications.email.notifier import EmailNotifier
from slipway.notifications.notifier import Notifier
from slipway.notifications.slack.notifier import SlackNotifier
from slipway.notifications.stack_urls import StackUrls


@cache
def build() -> Notifier:
    """Make the notifier."""
    read = settings.read(settings.Announce)
    urls, people = _urls(read), policy(read)
    return Notifier(
        ledger=DynamoLedger(read.ledger_table),
        clock=SystemClock(),
        email=_email(read, people, urls),
        slack=_slack(read, people, urls) if read.slack_channel else None,
    )


def _urls(read: settings.Announce) -> StackUrls:
    return StackUrls(
        staging=read.staging_url,
        production=read.production_url,
        bucket=read.model_bucket,
        pipeline=read.pipeline_name,
        region=read.aws_region,
        console=read.console_url,
    )


def _email(read: settings.Announce, people: Policy, urls: StackUrls) -> EmailNotifier:
    personal = personal_links(read, read.web_url)
    return EmailNotifier(
        mail=EmailTopic(read.topic_arn),
        policy=people,
        urls=urls,
        copy_to=read.mail_to,
        escalate_to=parse_approver(read.escalate_to),
        review_link=personal.review,
        history_link=personal.release,
        slack=bool(read.slack_channel),
        report=report_rejection,
    )


def _slack(read: settings.Announce, people: Policy, urls: StackUrls) -> SlackNotifier:
    channel = ChannelClient(lambda: bot_token(read.slack_secret), read.slack_channel, read.slack_api_url)
    return SlackNotifier(channel, urls, people, parse_approver(read.escalate_to), report_rejection)


def report_rejection(sentence: str) -> None:
    """Report a message that Slack or SNS will never take."""
    report("MessageRejected", sentence)
