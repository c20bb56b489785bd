"""What only a stack has that is attached to an existing pipeline."""

from __future__ import annotations

from slipway import settings
from slipway.adapters.codepipeline.existing import AttachedPipeline
from slipway.adapters.sqs import Queue
from slipway.approvals.supersede import Supersession
from slipway.attached.recorder import AttachedRecorder
from slipway.bootstrap import delivery
from slipway.bootstrap.ledger import measured_ledger
from slipway.models import ExistingPipeline


def recorder(config: settings.RecordProgress | settings.Sweep, existing: ExistingPipeline) -> AttachedRecorder:
    """Return what records the events of an existing pipeline."""
    ledger, pipeline = measured_ledger(config.ledger_table), AttachedPipeline(existing)
    return AttachedRecorder(
        existing=existing,
        ledger=ledger,
        bucket=delivery.bucket(existing, config.model_bucket),
        pipeline=pipeline,
        environments=delivery.environments(config),
        supersession=Supersession(ledger, pipeline, withdraw=config.on_newer_candidate == "replace"),
        orders=Queue(config.orders_queue),
    )
