"""The function URL: requests from Slack, acknowledged within its three seconds, and the pages of personal links."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway.adapters.function_url import body_of, headers_of
from slipway.bootstrap import web_slack
from slipway.errors import NotAuthentic
from slipway.web.slack.interactions import NOT_ASKED

logger = Logger()


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Return the HTTP response to Slack (`/slack`) or to a browser (any other path)."""
    return slack(event) if event["rawPath"] == "/slack" else page(event)


def slack(event: dict[str, Any]) -> dict[str, Any]:
    """Queue the click in a request of Slack's; returns 200, 401 for a wrong signature, 404 if Slack is not set up."""
    if event["requestContext"]["http"]["method"] != "POST" or not (interactions := web_slack.build()):
        return {"statusCode": 404, "body": "Not found."}
    try:
        click = interactions.take(headers_of(event), body_of(event))
    except NotAuthentic as error:
        logger.warning("refused", extra={"why": str(error)})
        return {"statusCode": 401, "body": "Not authentic."}
    why = {"why": click.reason} if click.action == NOT_ASKED else {}
    release = click.value.partition(" ")[0]
    logger.info(
        "taken", extra={"release": release, "action": click.action, "by": click.user, "value": click.value} | why
    )
    return {"statusCode": 200, "body": ""}


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
