"""Objects that arrive in the model bucket, told by EventBridge through a queue."""

import json
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway import settings
from slipway.adapters.batches import handle_each
from slipway.adapters.clock import SystemClock
from slipway.adapters.codepipeline import ReleasePipeline
from slipway.adapters.ledger import DynamoLedger
from slipway.adapters.s3 import ModelBucket
from slipway.adapters.sqs import Deliveries
from slipway.errors import NotSettled
from slipway.models import Arrival
from slipway.uploads.receiver import Uploads

logger = Logger()


@cache
def parts() -> tuple[Uploads, Deliveries]:
    """Put the parts together, once for as long as the function stays warm."""
    told = settings.read(settings.ReceiveUpload)
    uploads = Uploads(
        bucket=ModelBucket(told.model_bucket),
        ledger=DynamoLedger(told.ledger_table),
        pipeline=ReleasePipeline(told.pipeline_name),
        clock=SystemClock(),
        settle=timedelta(seconds=told.settle_seconds),
        max_bytes=told.max_model_bytes,
        allow_pickle=told.allow_pickle,
    )
    return uploads, Deliveries(told.uploads_queue)


def receive(record: dict[str, Any]) -> None:
    """Handle the event in one message; what is not complete yet is looked at again."""
    event = json.loads(record["body"])
    arrival = arrival_of(event)
    uploads, deliveries = parts()
    try:
        release = uploads.receive(arrival)
    except NotSettled as early:
        deliveries.again(json.dumps(event | {"seen": early.seen}), early.after)
        logger.info("not settled", extra={"key": arrival.key, "why": str(early)})
        return
    logger.info(
        "received", extra={"key": arrival.key, "release": release and release.id, "state": release and release.state}
    )


def arrival_of(event: dict[str, Any]) -> Arrival:
    """Read EventBridge's event; `seen` is what we have added to one that comes again."""
    told = event["detail"]["object"]
    return Arrival(
        key=told["key"],
        at=datetime.fromisoformat(event["time"]),
        version_id=told.get("version-id", ""),
        etag=told.get("etag", ""),
        size=told.get("size", -1),
        seen=event.get("seen", ""),
    )


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Handle a batch; what fails is delivered again on its own."""
    return handle_each(event, receive, logger)
