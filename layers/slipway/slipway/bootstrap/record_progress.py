"""What happens in the pipeline, as steps of releases."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from slipway import settings
from slipway.approvals.pipeline_recorder import PipelineRecorder
from slipway.approvals.supersede import Supersession
from slipway.bootstrap import delivery
from slipway.bootstrap.ledger import measured_ledger

if TYPE_CHECKING:
    from slipway.attached.recorder import AttachedRecorder


@cache
def build() -> PipelineRecorder | AttachedRecorder:
    """Return what records the pipeline's events, as the environment configures it; raises SettingMissing."""
    config = settings.read(settings.RecordProgress)
    existing = delivery.existing_pipeline(config)
    if existing:
        from slipway.bootstrap.attached import recorder

        return recorder(config, existing)
    ledger, pipeline = measured_ledger(config.ledger_table), delivery.pipeline(config)
    supersession = Supersession(ledger, pipeline, withdraw=config.on_newer_candidate == "replace")
    return PipelineRecorder(ledger, delivery.bucket(existing, config.model_bucket), pipeline, supersession)
