"""Clicks that Slack was told of already, through a queue that does not lose them."""

import json
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway import settings
from slipway.adapters.batches import handle_each
from slipway.adapters.beanstalk import BeanstalkEnvironments
from slipway.adapters.clock import SystemClock
from slipway.adapters.codepipeline import ReleasePipeline
from slipway.adapters.ledger import DynamoLedger
from slipway.adapters.secrets import link_secrets
from slipway.adapters.slack import tell
from slipway.approvals.policy import Policy
from slipway.approvals.rollback import WayBack
from slipway.approvals.voting import Panel
from slipway.errors import AnswerRefused, ChatFailed
from slipway.models import Click
from slipway.web.links import Links
from slipway.web.slack.actions import Clicks

logger = Logger()


@cache
def clicks() -> Clicks:
    """Put the parts together, once for as long as the function stays warm."""
    told = settings.read(settings.TakeAnswer)
    policy = Policy.read(told.approvers, told.required_approvals, own=told.allow_self_approval)
    pipeline, environments = ReleasePipeline(told.pipeline_name), BeanstalkEnvironments(told.pipeline_name)
    ledger = DynamoLedger(told.ledger_table)
    links = Links(lambda: link_secrets(told.link_secret), told.web_url)
    panel, back = Panel(ledger, pipeline, environments, policy), WayBack(ledger, pipeline, policy)
    return Clicks(panel, back, links.review)


def take(record: dict[str, Any]) -> None:
    """Handle one click; what is wrong with it is told to the person alone."""
    click = Click(**json.loads(record["body"]))
    said = {"action": click.action, "by": click.user, "value": click.value}
    try:
        done = clicks().handle(click, SystemClock().now())
        logger.info("handled", extra=said | {"state": done.release and done.release.state})
        say(click.response_url, done.say)
    except AnswerRefused as why:
        logger.info("answer refused", extra=said | {"why": str(why)})
        say(click.response_url, str(why))


def say(response_url: str, text: str) -> None:
    """Tell the person who clicked; that Slack does not take it changes nothing about the answer."""
    try:
        if text:
            tell(response_url, text)
    except ChatFailed as error:
        logger.warning("not told", extra={"why": str(error)})


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Handle a batch; what fails is delivered again on its own."""
    return handle_each(event, take, logger)
