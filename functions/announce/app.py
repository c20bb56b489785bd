"""Changes of releases, told by the ledger's stream in order, become a card and e-mails; what is behind, once more."""

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway import settings
from slipway.adapters.batches import handle_each
from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import DynamoLedger
from slipway.adapters.secrets import bot_token, link_secrets
from slipway.adapters.slack import Channel
from slipway.adapters.sns import MailTopic
from slipway.approvals.policy import Policy, person_of
from slipway.notifications.email.notifier import Mailings
from slipway.notifications.notifier import Announcements
from slipway.notifications.places import Places
from slipway.notifications.slack.notifier import Telling
from slipway.web.links import Links

logger = Logger()
metrics = Metrics(namespace="Slipway")


@cache
def announcements() -> Announcements:
    """Put the parts together, once for as long as the function stays warm."""
    told = settings.read(settings.Announce)
    places = places_of(told)
    policy = Policy.read(told.approvers, told.required_approvals, own=told.allow_self_approval)
    return Announcements(
        ledger=DynamoLedger(told.ledger_table),
        clock=SystemClock(),
        mailings=mailings(told, policy, places),
        slack=telling(told, policy, places) if told.slack_channel else None,
    )


def places_of(told: settings.Announce) -> Places:
    """Name the places where one looks."""
    return Places(
        staging=told.staging_url,
        production=told.production_url,
        bucket=told.model_bucket,
        pipeline=told.pipeline_name,
        region=told.aws_region,
        console=told.console_url,
        cards=bool(told.slack_channel),
    )


def mailings(told: settings.Announce, policy: Policy, places: Places) -> Mailings:
    """Open the mail to the approvers."""
    links = Links(lambda: link_secrets(told.link_secret), told.web_url)
    return Mailings(
        MailTopic(told.topic_arn), policy, places, told.mail_to, person_of(told.escalate_to), links.review, links.story
    )


def telling(told: settings.Announce, policy: Policy, places: Places) -> Telling:
    """Open the Slack channel."""
    channel = Channel(lambda: bot_token(told.slack_secret), told.slack_channel, told.slack_api_url)
    return Telling(channel, places, policy, person_of(told.escalate_to))


def announce(record: dict[str, Any]) -> None:
    """Bring what is said of the changed release up to date."""
    release_id = record["dynamodb"]["NewImage"]["release"]["S"]
    note(release_id, announcements().announce(release_id))


def note(release_id: str, trouble: str) -> None:
    """Log what was said; the stream must not stand still because of Slack, so that what it did not take is counted."""
    if trouble:
        metrics.add_metric(name="SlackUndelivered", unit=MetricUnit.Count, value=1)
        metrics.flush_metrics()
        logger.warning("Slack is behind", extra={"release": release_id, "why": trouble})
    else:
        logger.info("announced", extra={"release": release_id})


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Handle a batch in order, or the time that has come to say again what is behind."""
    if "Records" not in event:
        for release_id, trouble in announcements().catch_up():
            note(release_id, trouble)
        return {}
    return handle_each(event, announce, logger)
