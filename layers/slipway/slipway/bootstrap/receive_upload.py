"""Uploads that become candidates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from slipway import settings
from slipway.adapters.clock import SystemClock
from slipway.adapters.codepipeline import ReleasePipeline
from slipway.adapters.ledger import DynamoLedger
from slipway.adapters.s3 import ModelBucket
from slipway.adapters.sqs import Queue
from slipway.uploads.limits import Rules
from slipway.uploads.receive import UploadReceiver


@dataclass(frozen=True, slots=True)
class ReceiveUpload:
    """`queue` delivers an event again that came before its upload was complete."""

    uploads: UploadReceiver
    queue: Queue


@cache
def build() -> ReceiveUpload:
    """Return what receives uploads, as the environment configures it; raises SettingMissing."""
    config = settings.read(settings.ReceiveUpload)
    uploads = UploadReceiver(
        bucket=ModelBucket(config.model_bucket),
        ledger=DynamoLedger(config.ledger_table),
        pipeline=ReleasePipeline(config.pipeline_name),
        clock=SystemClock(),
        settle=timedelta(seconds=config.settle_seconds),
        rules=Rules(
            max_bytes=config.max_model_bytes,
            allow_pickle=config.allow_pickle,
            accepted=tuple(name.strip() for name in config.accepted_formats.split(",")),
            allow_looser_suites=config.allow_looser_suites,
            allow_other_models=config.allow_other_models,
            suite_minutes=config.suite_minutes,
            max_uploads_per_hour=config.max_uploads_per_hour,
        ),
    )
    return ReceiveUpload(uploads, Queue(config.uploads_queue))
