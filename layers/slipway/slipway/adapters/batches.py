"""Batches of messages that AWS delivers at least once.

Powertools has a processor for them, too, but what it imports for all kinds of events is a fifth of a cold start.
"""

from __future__ import annotations

from collections.abc import Callable

from aws_lambda_powertools import Logger

from slipway.models import Json


def handle_each(event: Json, handle: Callable[[Json], None], logger: Logger) -> Json:
    """Handle each record of a queue or a stream; names those that failed, which AWS delivers again."""
    failed = []
    for record in event["Records"]:
        try:
            handle(record)
        except Exception:
            logger.exception("delivery failed")
            failed.append({"itemIdentifier": _name_of(record)})
    return {"batchItemFailures": failed}


def _name_of(record: Json) -> str:
    return str(record["messageId"] if "messageId" in record else record["dynamodb"]["SequenceNumber"])
