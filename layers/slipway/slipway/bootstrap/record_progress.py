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
    """Make the recorder of the pipeline's events."""
    read = settings.read(settings.RecordProgress)
    ledger, pipeline = DynamoLedger(read.ledger_table), ReleasePipeline(read.pipeline_name)
    supersession = Supersession(ledger, pipeline, withdraw=read.on_newer_candidate == "replace")
    return PipelineRecorder(ledger, ModelBucket(read.model_bucket), pipeline, supersession)
