"""What happens in the pipeline, told by EventBridge, and its question to the approvers, told by SNS."""

import json
from datetime import datetime
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway import settings
from slipway.adapters.codepipeline import ReleasePipeline
from slipway.adapters.ledger import DynamoLedger
from slipway.adapters.s3 import ModelBucket
from slipway.approvals.supersede import Gate
from slipway.releases import pipeline_events, recording

logger = Logger()


@cache
def parts() -> tuple[DynamoLedger, ModelBucket, ReleasePipeline, Gate]:
    """Put the parts together, once for as long as the function stays warm."""
    told = settings.read(settings.RecordProgress)
    ledger, pipeline = DynamoLedger(told.ledger_table), ReleasePipeline(told.pipeline_name)
    gate = Gate(ledger, pipeline, withdraw=told.on_newer_candidate == "replace")
    return ledger, ModelBucket(told.model_bucket), pipeline, gate


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Tell a notice from an event, and record it."""
    for record in event.get("Records", []):
        ask(json.loads(record["Sns"]["Message"]), datetime.fromisoformat(record["Sns"]["Timestamp"]))
    if "detail" in event:
        move(event)


def ask(notice: dict[str, Any], at: datetime) -> None:
    """Record that an answer is due."""
    ledger, _, _, gate = parts()
    release_id, approval = pipeline_events.question_of(notice, at)
    release = recording.ask(ledger, release_id, approval)
    gate.asked(release, at)
    logger.info("asked", extra={"release": release.id, "state": release.state})


def move(event: dict[str, Any]) -> None:
    """Record a step of an execution."""
    ledger, bucket, pipeline, gate = parts()
    progress = pipeline_events.progress_of(event)
    release = recording.record(ledger, bucket, pipeline, progress) if progress else None
    execution = pipeline_events.built(event)
    if execution and (built := ledger.release_of(execution)):
        release = gate.arrived(built.id, datetime.fromisoformat(event["time"]))
    if release:
        logger.info("moved", extra={"release": release.id, "state": release.state})
