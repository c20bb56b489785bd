"""The function URL: requests from Slack, acknowledged within its three seconds, and the pages of personal links."""

import json
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway.adapters.function_url import body_of, headers_of
from slipway.bootstrap import web_slack
from slipway.errors import AwsCallFailed, ChatFailed, DeadlineExceeded, NotAuthentic
from slipway.web.slack.interactions import NOT_ASKED, ClickUncertain, SlackInteractions

logger = Logger()


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Return the HTTP response to Slack (`/slack`) or to a browser (any other path)."""
    return slack(event) if event["rawPath"] == "/slack" else page(event)


def slack(event: dict[str, Any]) -> dict[str, Any]:
    """Queue the click in a request of Slack's, and return 200.

    Returns 401 for a wrong signature, 404 if Slack is not set up, and 503 where AWS fails or is too slow and the person
    could not be told so: Slack then does.
    """
    if event["requestContext"]["http"]["method"] != "POST" or not (interactions := web_slack.build()):
        return {"statusCode": 404, "body": "Not found."}
    try:
        click = interactions.take(headers_of(event), body_of(event))
    except NotAuthentic as error:
        logger.warning("refused", extra={"why": str(error)})
        return {"statusCode": 401, "body": "Not authentic."}
    except ClickUncertain as error:
        return explain(interactions, error)
    except (AwsCallFailed, DeadlineExceeded):
        logger.exception("not taken")
        return {"statusCode": 503, "body": "Try again."}
    why = {"why": click.reason} if click.action == NOT_ASKED else {}
    release = click.value.partition(" ")[0]
    logger.info(
        "taken", extra={"release": release, "action": click.action, "by": click.user, "value": click.value} | why
    )
    return {"statusCode": 200, "body": ""}


def explain(interactions: SlackInteractions, error: ClickUncertain) -> dict[str, Any]:
    """Tell the person that nobody knows whether their click was kept; return 200, or 503 if they could not be told."""
    click, release = error.click, error.click.value.partition(" ")[0]
    known = {"action": click.action, "by": click.user, "why": str(error.__cause__)}
    logger.error("uncertain", extra={"release": release} | known)
    try:
        answer = interactions.explain(click)
    except (ChatFailed, DeadlineExceeded) as untold:
        logger.warning("not told", extra={"release": release, "why": str(untold)})
        return {"statusCode": 503, "body": "Try again."}
    if answer is None:
        return {"statusCode": 200, "body": ""}
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(answer)}


def page(event: dict[str, Any]) -> dict[str, Any]:
    """Return the page that a browser asks for; on any error, the page that says so, with status 500."""
    from slipway.bootstrap import web_pages  # Slack does not wait for its imports
    from slipway.web.page_request import PageRequest
    from slipway.web.responses import server_error, to_lambda

    try:
        response = web_pages.build().respond(PageRequest.read(event, body_of(event)), datetime.now(UTC))
    except Exception:
        logger.exception("page failed")
        response = server_error()
    # Neither the address nor the form: both hold personal links.
    logger.info("page", extra={"method": event["requestContext"]["http"]["method"], "status": response.status})
    return to_lambda(response)
