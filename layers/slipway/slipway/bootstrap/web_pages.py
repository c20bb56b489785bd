"""The pages of personal links."""

from __future__ import annotations

from functools import cache

from slipway import settings
from slipway.adapters.beanstalk import BeanstalkEnvironments
from slipway.adapters.codepipeline import ReleasePipeline
from slipway.adapters.ledger import DynamoLedger
from slipway.adapters.s3 import ModelBucket
from slipway.approvals.rollback import WayBack
from slipway.approvals.voting import Panel
from slipway.bootstrap.approvals import links, policy
from slipway.web.authentication import Door
from slipway.web.history.page import HistoryPages
from slipway.web.review.page import ReviewPage
from slipway.web.review.review import Review
from slipway.web.routes import Site


@cache
def build() -> Site:
    """Make the pages."""
    read = settings.read(settings.WebPages)
    pipeline, environments = ReleasePipeline(read.pipeline_name), BeanstalkEnvironments(read.pipeline_name)
    ledger, people, personal = DynamoLedger(read.ledger_table), policy(read), links(read)
    review = Review(ModelBucket(read.model_bucket), Panel(ledger, pipeline, environments, people))
    history = HistoryPages(review, WayBack(ledger, pipeline, people))
    return Site(Door(personal, people), ReviewPage(review, personal), history)
