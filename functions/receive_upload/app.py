"""Objects that arrive in the model bucket, as EventBridge reports them to a queue."""

import json
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway.adapters.batches import handle_each
from slipway.adapters.s3 import arrival_of
from slipway.bootstrap import receive_upload
from slipway.errors import NotSettled

logger = Logger()


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Handle a batch of messages about objects; returns which failed, so that SQS delivers those again."""
    return handle_each(event, receive, logger)


def receive(record: dict[str, Any]) -> None:
    """Handle the event in a message, which may open a release; send it again for later while its upload settles."""
    event = json.loads(record["body"])
    arrival, flow = arrival_of(event), receive_upload.build()
    try:
        release = flow.uploads.receive(arrival)
    except NotSettled as error:
        flow.queue.send_later(json.dumps(event | {"seen": error.seen}), error.after)
        logger.info("not settled", extra={"key": arrival.key, "why": str(error)})
    else:
        moved = {"release": release.id, "state": release.state} if release else {}
        logger.info("received", extra={"key": arrival.key} | moved)
