"""What only a stack has that is attached to an existing pipeline."""

from __future__ import annotations

from slipway import settings
from slipway.adapters.codepipeline.existing import AttachedPipeline
from slipway.adapters.ledger import DynamoLedger
from slipway.adapters.sqs import Queue
from slipway.approvals.supersede import Supersession
from slipway.attached.recorder import AttachedRecorder
from slipway.bootstrap import delivery
from slipway.models import ExistingPipeline


def recorder(read: settings.RecordProgress | settings.Sweep, existing: ExistingPipeline) -> AttachedRecorder:
    """Make the recorder of an existing pipeline's events."""
    ledger, pipeline = DynamoLedger(read.ledger_table), AttachedPipeline(existing)
    return AttachedRecorder(
        existing=existing,
        ledger=ledger,
        bucket=delivery.bucket(existing, read.model_bucket),
        pipeline=pipeline,
        environments=delivery.environments(read),
        supersession=Supersession(ledger, pipeline, withdraw=read.on_newer_candidate == "replace"),
        orders=Queue(read.orders_queue),
    )
