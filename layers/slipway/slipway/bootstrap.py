"""The pages' parts, put together when somebody opens one: no other function needs them, and Slack does not wait."""

from __future__ import annotations

from functools import cache

from aws_lambda_powertools import Logger

from slipway.adapters.beanstalk import BeanstalkEnvironments
from slipway.adapters.clock import SystemClock
from slipway.adapters.codepipeline import ReleasePipeline
from slipway.adapters.ledger import DynamoLedger
from slipway.adapters.s3 import ModelBucket
from slipway.adapters.secrets import link_secrets
from slipway.approvals.policy import Policy
from slipway.approvals.rollback import WayBack
from slipway.approvals.voting import Panel
from slipway.models import Json
from slipway.settings import Web
from slipway.web import responses
from slipway.web.authentication import Door
from slipway.web.history.page import HistoryPages
from slipway.web.links import Links
from slipway.web.requests import visit_of
from slipway.web.review.page import ReviewPage
from slipway.web.review.review import Review
from slipway.web.routes import Site


def answer(told: Web, event: Json, logger: Logger) -> Json:
    """Answer a visit; whatever goes wrong, the person sees a page that says so."""
    try:
        response = site(told).answer(visit_of(event), SystemClock().now())
    except Exception:
        logger.exception("page failed")
        response = responses.broken()
    # Neither the address nor the form: both hold personal links.
    logger.info("page", extra={"method": event["requestContext"]["http"]["method"], "status": response.status})
    return responses.written(response)


@cache
def site(told: Web) -> Site:
    """Put the pages together, once for as long as the function stays warm."""
    policy = Policy.read(told.approvers, told.required_approvals, own=told.allow_self_approval)
    pipeline, environments = ReleasePipeline(told.pipeline_name), BeanstalkEnvironments(told.pipeline_name)
    ledger = DynamoLedger(told.ledger_table)
    panel = Panel(ledger, pipeline, environments, policy)
    links = Links(lambda: link_secrets(told.link_secret))
    review = Review(ModelBucket(told.model_bucket), panel)
    return Site(Door(links, policy), ReviewPage(review, links), HistoryPages(review, WayBack(ledger, pipeline, policy)))
