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
    """Make the receiver of uploads."""
    read = settings.read(settings.ReceiveUpload)
    uploads = UploadReceiver(
        bucket=ModelBucket(read.model_bucket),
        ledger=DynamoLedger(read.ledger_table),
        pipeline=ReleasePipeline(read.pipeline_name),
        clock=SystemClock(),
        settle=timedelta(seconds=read.settle_seconds),
        rules=Rules(
            max_bytes=read.max_model_bytes,
            allow_pickle=read.allow_pickle,
            accepted=tuple(name.strip() for name in read.accepted_formats.split(",")),
            allow_looser_suites=read.allow_looser_suites,
            suite_minutes=read.suite_minutes,
            max_uploads_per_hour=read.max_uploads_per_hour,
        ),
    )
    return ReceiveUpload(uploads, Queue(read.uploads_queue))
