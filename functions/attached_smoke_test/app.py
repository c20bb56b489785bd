"""Orders to smoke-test a release in an existing pipeline, from the queue that keeps them until they are done."""

import uuid
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway.adapters.batches import handle_each
from slipway.attached.smoke_test_order import SmokeTestOrder
from slipway.bootstrap import attached_smoke_test

logger = Logger()
RESERVE = 80.0  # seconds of an invocation kept for requests in flight (a minute at most), and for what follows


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Handle a batch of orders to test a release; returns which failed, so that SQS delivers those again."""
    return handle_each(event, lambda record: run(record, context), logger)


def run(record: dict[str, Any], context: LambdaContext) -> None:
    """Do an order as far as the time allows; what is left is ordered again."""
    order = SmokeTestOrder.read(record["body"])
    logger.append_keys(release=order.release)
    seconds = context.get_remaining_time_in_millis() / 1000 - RESERVE
    outcome = attached_smoke_test.build().run(order, uuid.uuid4().hex, seconds)
    logger.info("done", extra={"target": order.target, "outcome": outcome})
