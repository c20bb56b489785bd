"""What happens by the clock: reminders, and catching up on events that EventBridge did not deliver."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway.bootstrap import sweep

logger = Logger()


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, list[str]]:
    """Run the sweep, and return the ids of the releases that each of its steps has changed."""
    moved = sweep.build().run(datetime.now(UTC))
    logger.info("swept", extra=moved)
    return moved
