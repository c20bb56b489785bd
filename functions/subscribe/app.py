"""The people as a custom resource: their e-mail subscriptions, and a quorum that they can reach."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway.adapters import cloudformation
from slipway.approvals.policy import Policy
from slipway.bootstrap import subscribe
from slipway.notifications.email.subscriptions import addresses, synchronize
from slipway.releases.calendar_parameters import misconfiguration as calendar_misconfiguration

logger = Logger()
PARAMETERS = ("Approvers", "Authors", "MailTo", "EscalateTo")


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Subscribe the people in a custom resource's request, and send CloudFormation success, or why not.

    It is answered in every case: a stack waits for a resource that does not respond.
    """
    kind, properties = event["RequestType"], event["ResourceProperties"]
    # The topic is the resource: with another one, CloudFormation lets the old one's subscriptions be deleted.
    topic = properties.get("Topic") or event.get("PhysicalResourceId") or "none"
    failure = ""
    try:
        failure = "" if kind == "Delete" else misconfiguration(properties)
        wanted = [] if kind == "Delete" else addresses(*(properties.get(name, "") for name in PARAMETERS))
        if not failure:
            synchronize(subscribe.build(topic), wanted)
            logger.info("subscribed", extra={"request": kind, "addresses": len(wanted)})
    except Exception as error:
        logger.exception("subscribe failed", extra={"request": kind})
        # The topic is deleted with its subscriptions: a failure must not keep a stack from being deleted.
        failure = "" if kind == "Delete" else f"The e-mail subscriptions were not brought up to date: {error}"
    cloudformation.respond(event["ResponseURL"], cloudformation.response_to(event, topic, failure))


def misconfiguration(properties: dict[str, str]) -> str:
    """Return why nothing could be approved, or when production is open could not be told; empty if all is well."""
    calendar = (properties.get("ReleaseHours", ""), properties.get("Freezes", ""))
    return policy(properties).misconfiguration or calendar_misconfiguration(*calendar)


def policy(properties: dict[str, str]) -> Policy:
    """Return the approval policy in a resource's properties.

    Without RequiredApprovals (an older stack), one is enough.
    """
    required = int(properties.get("RequiredApprovals", "1"))
    return Policy.parse(properties.get("Approvers", ""), required)
