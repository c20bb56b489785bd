"""The people as a custom resource: a deployment that no quorum can come of is refused, and subscriptions follow."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway.adapters import cloudformation
from slipway.adapters.sns import MailSubscriptions
from slipway.approvals.policy import Policy
from slipway.notifications.email.custom_resource import answer_to
from slipway.notifications.email.subscriptions import addresses, follow

logger = Logger()
PARAMETERS = ("Approvers", "MailTo", "EscalateTo")


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Answer CloudFormation in every case: a stack whose resource says nothing waits for it."""
    kind, asked = event["RequestType"], event["ResourceProperties"]
    # The topic is the resource: with another one, CloudFormation lets the old one's subscriptions be deleted.
    topic = asked.get("Topic") or event.get("PhysicalResourceId") or "none"
    failure = ""
    try:
        failure = "" if kind == "Delete" else policy(asked).flaw
        wanted = [] if kind == "Delete" else addresses(*(asked.get(name, "") for name in PARAMETERS))
        if not failure:
            follow(MailSubscriptions(topic), wanted)
            logger.info("subscribed", extra={"request": kind, "addresses": len(wanted)})
    except Exception as error:
        logger.exception("subscribe failed", extra={"request": kind})
        # A stack that goes takes its topic along: what could not be unsubscribed must not keep it.
        failure = "" if kind == "Delete" else f"The e-mail subscriptions were not brought up to date: {error}"
    cloudformation.answer(event["ResponseURL"], answer_to(event, topic, failure))


def policy(asked: dict[str, str]) -> Policy:
    """Read who decides; a stack from before the quorum was told here is not kept from going back to what it was."""
    return Policy.read(asked.get("Approvers", ""), int(asked.get("RequiredApprovals", "1")), own=False)
