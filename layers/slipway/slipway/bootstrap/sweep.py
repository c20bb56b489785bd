"""What time brings about."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from slipway import settings
from slipway.adapters.beanstalk import BeanstalkEnvironments
from slipway.adapters.codepipeline import ReleasePipeline
from slipway.adapters.ledger import DynamoLedger
from slipway.adapters.s3 import ModelBucket
from slipway.approvals.reminders import Reminders
from slipway.approvals.supersede import Supersession
from slipway.approvals.sweep import Sweep
from slipway.approvals.voting import Voting
from slipway.bootstrap.evidence import evidence_store
from slipway.bootstrap.policy import policy
from slipway.uploads.provenance import Provenance


@cache
def build() -> Sweep:
    """Make the sweep."""
    read = settings.read(settings.Sweep)
    ledger, pipeline = DynamoLedger(read.ledger_table), ReleasePipeline(read.pipeline_name)
    bucket = ModelBucket(read.model_bucket)
    return Sweep(
        ledger=ledger,
        bucket=bucket,
        pipeline=pipeline,
        supersession=Supersession(ledger, pipeline, withdraw=read.on_newer_candidate == "replace"),
        voting=Voting(ledger, pipeline, BeanstalkEnvironments(read.pipeline_name), policy(read), evidence_store(read)),
        reminders=Reminders(ledger, timedelta(minutes=read.escalate_after_minutes)),
        provenance=None if read.uploader_proof == "claim" else Provenance(ledger, bucket),
    )
