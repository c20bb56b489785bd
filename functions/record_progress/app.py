"""What happens in the pipeline, from EventBridge, and its requests for approval, from SNS."""

import json
from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway.bootstrap import record_progress

logger = Logger()


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Record one state change of the pipeline, or SNS notices with its requests for approval, in the ledger."""
    recorder = record_progress.build()
    if "Records" in event:
        notices = [(json.loads(record["Sns"]["Message"]), record["Sns"]["Timestamp"]) for record in event["Records"]]
        moved = [recorder.record_approval_request(notice, datetime.fromisoformat(at)) for notice, at in notices]
    else:
        moved = [recorder.record_event(event)]
    for release in filter(None, moved):
        logger.info("recorded", extra={"release": release.id, "state": release.state})
