"""The function URL: what people do in Slack, acknowledged within its three seconds, and the pages of personal links."""

import base64
import json
from dataclasses import asdict, replace
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway import settings
from slipway.adapters.clock import SystemClock
from slipway.adapters.secrets import slack_secret
from slipway.adapters.slack import open_modal
from slipway.adapters.sqs import Deliveries
from slipway.errors import ChatFailed, NotAuthentic
from slipway.models import Click
from slipway.notifications.slack.modals import rejection
from slipway.web.slack import requests

logger = Logger()


@cache
def parts() -> tuple[settings.Web, Deliveries]:
    """Put the parts together, once for as long as the function stays warm."""
    told = settings.read(settings.Web)
    return told, Deliveries(told.clicks_queue)


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer what Slack sends; everything else wants a page."""
    told, clicks = parts()
    if event["rawPath"] != "/slack":
        from slipway import bootstrap  # whoever waits for Slack does not wait for this

        return bootstrap.answer(told, event, logger)
    if event["requestContext"]["http"]["method"] != "POST" or not told.slack_secret:
        return {"statusCode": 404, "body": "Not found."}
    raw = event.get("body") or ""
    body = base64.b64decode(raw) if event.get("isBase64Encoded") else raw.encode()
    secret = slack_secret(told.slack_secret)
    try:
        requests.verify(secret["signing_secret"], event["headers"], body, SystemClock().now())
        click = requests.click_of(body, told.slack_team)
    except NotAuthentic as error:
        logger.warning("refused", extra={"why": str(error)})
        return {"statusCode": 401, "body": "Not authentic."}
    if click.action == "reject":
        ask_why(told, secret["bot_token"], click, clicks)
    elif click != requests.NOTHING:
        clicks.send(json.dumps(asdict(click)))
        logger.info("taken", extra={"action": click.action, "by": click.user, "value": click.value})
    return {"statusCode": 200, "body": ""}


def ask_why(told: settings.Web, token: str, click: Click, clicks: Deliveries) -> None:
    """Open the modal that asks for a reason; Slack lets it be opened for three seconds only."""
    try:
        open_modal(told.slack_api_url, token, click.trigger_id, rejection(click))
    except ChatFailed as error:
        logger.warning("not asked", extra={"why": str(error), "by": click.user})
        clicks.send(json.dumps(asdict(replace(click, action="not_asked"))))
