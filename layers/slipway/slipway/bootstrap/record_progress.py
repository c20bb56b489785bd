"""What happens in the pipeline, as steps of releases."""

from __future__ import annotations

from functools import cache

from slipway import settings
from slipway.adapters.codepipeline import ReleasePipeline
from slipway.adapters.ledger import DynamoLedger
from slipway.adapters.s3 import ModelBucket
from slipway.approvals.pipeline_recorder import PipelineRecorder
from slipway.approvals.supersede import Supersession


@cache
def build() -> PipelineRecorder:
    """Return what records the pipeline's events, as the environment configures it; raises SettingMissing."""
    config = settings.read(settings.RecordProgress)
    ledger, pipeline = DynamoLedger(config.ledger_table), ReleasePipeline(config.pipeline_name)
    supersession = Supersession(ledger, pipeline, withdraw=config.on_newer_candidate == "replace")
    return PipelineRecorder(ledger, ModelBucket(config.model_bucket), pipeline, supersession)
