"""Changes of releases, told by the ledger's stream in order, become a card and e-mails."""

from functools import cache

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway import settings
from slipway.adapters.ledger import DynamoLedger
from slipway.adapters.secrets import slack_secret
from slipway.adapters.slack import Channel
from slipway.adapters.sns import MailTopic
from slipway.announcements import Announcements
from slipway.approvals.policy import Policy, person_of
from slipway.cards import Places
from slipway.deliveries import LoggedBatch
from slipway.mailings import Mailings

logger = Logger()
processor = LoggedBatch(logger, event_type=EventType.DynamoDBStreams)


@cache
def announcements() -> Announcements:
    """Put the parts together, once for as long as the function stays warm."""
    told = settings.read(settings.Announce)
    places = Places(told.staging_url, told.production_url)
    return Announcements(
        ledger=DynamoLedger(told.ledger_table),
        mailings=mailings(told, places),
        chat=channel(told) if told.slack_channel else None,
        places=places,
    )


def mailings(told: settings.Announce, places: Places) -> Mailings:
    """Open the mail to the approvers."""
    policy = Policy.read(told.approvers, told.required_approvals, own=told.allow_self_approval)
    mail, escalate_to = MailTopic(told.topic_arn), person_of(told.escalate_to)
    return Mailings(mail, policy, places, copy_to=told.mail_to, escalate_to=escalate_to)


def channel(told: settings.Announce) -> Channel:
    """Open the Slack channel."""
    return Channel(lambda: slack_secret(told.slack_secret)["bot_token"], told.slack_channel, told.slack_api_url)


def announce(record: DynamoDBRecord) -> None:
    """Bring what is said of the changed release up to date."""
    release_id = record.dynamodb.new_image["release"]  # type: ignore[union-attr]  # the stream has NEW_IMAGEs
    announcements().announce(release_id)
    logger.info("announced", extra={"release": release_id})


def lambda_handler(event: dict[str, object], context: LambdaContext) -> PartialItemFailureResponse:
    """Handle a batch in order; from the first failure on it is delivered again."""
    return process_partial_response(event=event, record_handler=announce, processor=processor, context=context)
