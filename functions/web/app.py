"""The function URL: buttons that were pressed in Slack."""

import base64
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway import approvals, settings, slack_requests
from slipway.adapters.clock import SystemClock
from slipway.adapters.codepipeline import ReleasePipeline
from slipway.adapters.ledger import DynamoLedger
from slipway.adapters.secrets import slack_secret
from slipway.adapters.slack import tell
from slipway.errors import AnswerRefused, ChatFailed, NotAuthentic
from slipway.models import Answer, Click

logger = Logger()
DECISIONS = {"approve": "approved", "reject": "rejected"}


@cache
def told() -> settings.Web:
    """Read the settings, once for as long as the function stays warm."""
    return settings.read(settings.Web)


@cache
def parts() -> tuple[DynamoLedger, ReleasePipeline]:
    """Put the parts together, once for as long as the function stays warm."""
    return DynamoLedger(told().ledger_table), ReleasePipeline(told().pipeline_name)


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer what Slack sends within its three seconds; anything else is not found."""
    if (event["requestContext"]["http"]["method"], event["rawPath"]) != ("POST", "/slack"):
        return {"statusCode": 404, "body": "Not found."}
    raw = event.get("body") or ""
    body = base64.b64decode(raw) if event.get("isBase64Encoded") else raw.encode()
    try:
        slack_requests.verify(
            slack_secret(told().slack_secret)["signing_secret"], event["headers"], body, SystemClock().now()
        )
        click = slack_requests.click_of(body)
    except NotAuthentic as error:
        logger.warning("refused", extra={"why": str(error)})
        return {"statusCode": 401, "body": "Not authentic."}
    if click and click.action in DECISIONS:
        answer(click)
    return {"statusCode": 200, "body": ""}


def answer(click: Click) -> None:
    """Give the answer, or tell the person who pressed the button why it does not count."""
    ledger, pipeline = parts()
    given = Answer(DECISIONS[click.action], click.user, SystemClock().now(), "slack")  # type: ignore[arg-type]
    people = approvals.approvers_of(told().approvers)
    try:
        approvals.answer(ledger, pipeline, people, given, click.release, told().allow_self_approval)
    except AnswerRefused as why:
        logger.info("answer refused", extra={"release": click.release, "by": click.user, "why": str(why)})
        say(click, str(why))
    else:
        logger.info("answered", extra={"release": click.release, "by": click.user, "decision": given.decision})


def say(click: Click, text: str) -> None:
    """Tell the person; that Slack does not take it changes nothing about the answer."""
    try:
        tell(click.response_url, text)
    except ChatFailed as error:
        logger.warning("not told", extra={"by": click.user, "why": str(error)})
