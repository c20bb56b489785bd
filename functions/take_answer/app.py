"""Clicks in Slack, from the queue that keeps them until they are handled."""

import json
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway.adapters.batches import handle_each
from slipway.bootstrap import take_answer
from slipway.errors import AnswerRefused, ChatFailed
from slipway.models import Click

logger = Logger()


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Handle a batch of clicks; returns which failed, so that SQS delivers those again."""
    return handle_each(event, handle_click, logger)


def handle_click(record: dict[str, Any]) -> None:
    """Do what a click asks for, and show the person who clicked the outcome, or why it was refused."""
    click, flow = Click(**json.loads(record["body"])), take_answer.build()
    logger.append_keys(release=click.value.partition(" ")[0])
    extra = {"action": click.action, "by": click.user, "value": click.value}
    try:
        result = flow.clicks.handle(click, flow.clock.now())
    except AnswerRefused as error:
        logger.info("answer refused", extra=extra | {"why": str(error)})
        respond(click, str(error))
    else:
        logger.info("handled", extra=extra | {"state": result.release and result.release.state})
        respond(click, result.message)


def respond(click: Click, text: str) -> None:
    """Show a text, unless it is empty, to the person who clicked; a failure of Slack's is only logged."""
    try:
        if text:
            take_answer.build().respond(click.response_url, text)
    except ChatFailed as error:
        logger.warning("not told", extra={"why": str(error)})
