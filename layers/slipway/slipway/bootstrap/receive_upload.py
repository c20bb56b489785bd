"""Uploads that become candidates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from slipway import settings
from slipway.adapters.clock import SystemClock
from slipway.adapters.sqs import Queue
from slipway.bootstrap import delivery
from slipway.bootstrap.ledger import measured_ledger
from slipway.uploads.layout import Layout
from slipway.uploads.limits import Rules, accepted_names
from slipway.uploads.provenance import Provenance
from slipway.uploads.receive import UploadReceiver
from slipway.uploads.upload import MODELS


@dataclass(frozen=True, slots=True)
class ReceiveUpload:
    """`queue` delivers an event again that came before its upload was complete."""

    uploads: UploadReceiver
    queue: Queue


@cache
def build() -> ReceiveUpload:
    """Return what receives uploads, as the environment configures it; raises SettingMissing."""
    config = settings.read(settings.ReceiveUpload)
    existing = delivery.existing_pipeline(config)
    ledger, bucket = measured_ledger(config.ledger_table), delivery.bucket(existing, config.model_bucket)
    uploads = UploadReceiver(
        bucket=bucket,
        ledger=ledger,
        pipeline=delivery.pipeline(config),
        clock=SystemClock(),
        settle=timedelta(seconds=config.settle_seconds),
        rules=Rules(
            max_bytes=config.max_model_bytes,
            allow_pickle=config.allow_pickle,
            accepted=accepted_names(config.accepted_formats, existing=bool(existing)),
            allow_looser_suites=config.allow_looser_suites,
            allow_other_models=config.allow_other_models,
            suite_minutes=config.suite_minutes,
            max_uploads_per_hour=config.max_uploads_per_hour,
            signing_keys=tuple(config.model_signing_keys.split(",")) if config.model_signing_keys else (),
        ),
        layout=Layout.of(existing.prefix, existing.model) if existing else MODELS,
        provenance=None if config.uploader_proof == "claim" else Provenance(ledger, bucket),
    )
    return ReceiveUpload(uploads, Queue(config.uploads_queue))
