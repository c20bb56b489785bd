"""Cards and e-mails about releases."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from slipway import settings
from slipway.adapters.clock import SystemClock
from slipway.adapters.secrets import bot_token
from slipway.adapters.slack import ChannelClient
from slipway.adapters.sns import EmailTopic
from slipway.approvals.policy import Policy, parse_approver
from slipway.bootstrap.ledger import measured_ledger
from slipway.bootstrap.personal_links import personal_links
from slipway.bootstrap.policy import policy
from slipway.bootstrap.reporting import report
from slipway.notifications.authors import Authors
from slipway.notifications.email.digests import Digests
from slipway.notifications.email.notifier import EmailNotifier
from slipway.notifications.notifier import Notifier
from slipway.notifications.slack.notifier import SlackNotifier
from slipway.notifications.stack_urls import StackUrls


@cache
def build() -> Notifier:
    """Return what announces releases in Slack and by e-mail, by the environment's settings; raises SettingMissing."""
    config = settings.read(settings.Announce)
    urls, people, topic = _urls(config), policy(config), EmailTopic(config.topic_arn)
    ledger, clock = measured_ledger(config.ledger_table), SystemClock()
    digests = Digests(ledger, clock, topic, report_rejection)
    authors = [person for entry in config.authors.split(",") if (person := parse_approver(entry)) and person.email]
    return Notifier(
        ledger=ledger,
        clock=clock,
        email=replace(_email(config, people, urls, topic), digests=digests),
        slack=_slack(config, people, urls) if config.slack_channel else None,
        authors=Authors((*people.approvers, *authors), topic.is_confirmed),
    )


def _urls(config: settings.Announce) -> StackUrls:
    """Return the URLs that messages link to."""
    return StackUrls(
        staging=config.staging_url,
        production=config.production_url,
        bucket=config.model_bucket,
        pipeline=config.pipeline_name,
        region=config.aws_region,
        console=config.console_url,
    )


def _email(config: settings.Announce, people: Policy, urls: StackUrls, topic: EmailTopic) -> EmailNotifier:
    """Return what sends e-mails, with links that are signed for their reader."""
    personal = personal_links(config, config.web_url)
    return EmailNotifier(
        mail=topic,
        policy=people,
        urls=urls,
        copy_to=config.mail_to,
        escalate_to=parse_approver(config.escalate_to),
        review_link=personal.review,
        history_link=personal.release,
        slack=bool(config.slack_channel),
        report=report_rejection,
    )


def _slack(config: settings.Announce, people: Policy, urls: StackUrls) -> SlackNotifier:
    """Return what posts cards to the configured channel."""
    channel = ChannelClient(lambda: bot_token(config.slack_secret), config.slack_channel, config.slack_api_url)
    return SlackNotifier(channel, urls, people, parse_approver(config.escalate_to), report_rejection)


def report_rejection(sentence: str) -> None:
    """Log and count a message that Slack or SNS will never take."""
    report("MessageRejected", sentence)
