"""The function URL: buttons that were pressed in Slack."""

import base64
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway import settings, slack_requests
from slipway.adapters.clock import SystemClock
from slipway.adapters.codepipeline import ReleasePipeline
from slipway.adapters.ledger import DynamoLedger
from slipway.adapters.secrets import slack_secret
from slipway.adapters.slack import tell
from slipway.approvals import Panel
from slipway.errors import AnswerRefused, ChatFailed, NotAuthentic

logger = Logger()


@cache
def parts() -> tuple[settings.Web, Panel]:
    """Put the parts together, once for as long as the function stays warm."""
    told = settings.read(settings.Web)
    ledger, pipeline = DynamoLedger(told.ledger_table), ReleasePipeline(told.pipeline_name)
    return told, Panel(ledger, pipeline, told.approvers, told.allow_self_approval)


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer what Slack sends within its three seconds; anything else is not found."""
    if (event["requestContext"]["http"]["method"], event["rawPath"]) != ("POST", "/slack"):
        return {"statusCode": 404, "body": "Not found."}
    told, panel = parts()
    if not told.slack_secret:
        return {"statusCode": 404, "body": "Slack is not set up."}
    raw, now = event.get("body") or "", SystemClock().now()
    body = base64.b64decode(raw) if event.get("isBase64Encoded") else raw.encode()
    try:
        slack_requests.verify(slack_secret(told.slack_secret)["signing_secret"], event["headers"], body, now)
        click = slack_requests.click_of(body)
    except NotAuthentic as error:
        logger.warning("refused", extra={"why": str(error)})
        return {"statusCode": 401, "body": "Not authentic."}
    try:
        if panel.press(click, now):
            logger.info("answered", extra={"release": click.release, "by": click.user, "action": click.action})
    except AnswerRefused as why:
        logger.info("answer refused", extra={"release": click.release, "by": click.user, "why": str(why)})
        say(click.response_url, str(why))
    except Exception:
        logger.exception("answer failed", extra={"release": click.release, "by": click.user})
        say(click.response_url, f"Your answer to {click.release} could not be taken just now: press again.")
    return {"statusCode": 200, "body": ""}


def say(response_url: str, text: str) -> None:
    """Tell the person who pressed; that Slack does not take it changes nothing about the answer."""
    try:
        tell(response_url, text)
    except ChatFailed as error:
        logger.warning("not told", extra={"why": str(error)})
