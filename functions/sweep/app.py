"""What time brings about: reminders, and what EventBridge did not deliver."""

from datetime import timedelta
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway import releases, settings
from slipway.adapters.clock import SystemClock
from slipway.adapters.codepipeline import ReleasePipeline
from slipway.adapters.ledger import DynamoLedger
from slipway.adapters.s3 import ModelBucket
from slipway.approvals.carrier import Carrier
from slipway.approvals.reminders import Reminders

logger = Logger()


@cache
def parts() -> tuple[DynamoLedger, ModelBucket, ReleasePipeline]:
    """Put the parts together, once for as long as the function stays warm."""
    told = settings.read(settings.Sweep)
    return DynamoLedger(told.ledger_table), ModelBucket(told.model_bucket), ReleasePipeline(told.pipeline_name)


def reminders() -> Reminders:
    """Make the reminders, with the time after which others are told."""
    escalate = timedelta(minutes=settings.read(settings.Sweep).escalate_after_minutes)
    return Reminders(parts()[0], escalate)


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, list[str]]:
    """Look at everything that has not ended."""
    ledger, bucket, pipeline = parts()
    now = SystemClock().now()
    ended = [release.id for release in releases.reconcile(ledger, bucket, pipeline, now)]
    stranded = [release.id for release in releases.start_stranded(ledger, pipeline, now)]
    for release in list(ledger.unfinished()):
        Carrier(ledger, pipeline).resume(release, now)
    reminded = [release.id for release in reminders().due(now)]
    done = {"ended": ended, "stranded": stranded, "reminded": reminded}
    logger.info("swept", extra=done)
    return done
