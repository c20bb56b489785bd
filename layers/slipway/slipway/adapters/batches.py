"""Batches of messages that AWS delivers at least once.

Powertools has a batch processor, too, but importing it takes a fifth of a cold start.
"""

from __future__ import annotations

from collections.abc import Callable

from aws_lambda_powertools import Logger

from slipway.models import Json


def handle_each(event: Json, handle: Callable[[Json], None], logger: Logger) -> Json:
    """Call `handle` with each record of a queue or a stream; returns those that raised, which AWS delivers again.

    The key `release` that `handle` gives the logger is in the line of its failure, and ends with the record.
    """
    failures = []
    for record in event["Records"]:
        try:
            handle(record)
        except Exception:
            logger.exception("record failed")
            failures.append({"itemIdentifier": _identifier(record)})
        finally:
            logger.remove_keys(["release"])
    return {"batchItemFailures": failures}


def _identifier(record: Json) -> str:
    """Return a record's identifier in AWS's response: the message's id, or the sequence number in a stream."""
    return str(record["messageId"] if "messageId" in record else record["dynamodb"]["SequenceNumber"])
