"""What time brings about: a reminder of an approval that nobody has answered."""

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway import approvals, settings
from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import DynamoLedger

logger = Logger()


@cache
def ledger() -> DynamoLedger:
    """Open the ledger, once for as long as the function stays warm."""
    return DynamoLedger(settings.read(settings.Sweep).ledger_table)


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, list[str]]:
    """Look at everything that has not ended."""
    reminded = [release.id for release in approvals.remind(ledger(), SystemClock().now())]
    logger.info("swept", extra={"reminded": reminded})
    return {"reminded": reminded}
