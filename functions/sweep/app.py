"""What no event brings about: reminders, and what EventBridge did not deliver."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway.bootstrap import sweep

logger = Logger()


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, list[str]]:
    """Look at every release that has not ended."""
    moved = sweep.build().run(datetime.now(UTC))
    logger.info("swept", extra=moved)
    return moved
