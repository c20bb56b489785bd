"""What time brings about."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from slipway import settings
from slipway.adapters.s3 import ModelBucket
from slipway.approvals.reminders import Reminders
from slipway.approvals.supersede import Supersession
from slipway.approvals.sweep import CatchUp, Sweep
from slipway.approvals.voting import Voting
from slipway.bootstrap import delivery
from slipway.bootstrap.calendar import calendar
from slipway.bootstrap.evidence import evidence_store
from slipway.bootstrap.ledger import measured_ledger
from slipway.bootstrap.policy import policy
from slipway.uploads.provenance import Provenance


@cache
def build() -> Sweep:
    """Return the sweep, as the environment configures it; raises SettingMissing."""
    config = settings.read(settings.Sweep)
    ledger, pipeline = measured_ledger(config.ledger_table), delivery.pipeline(config)
    bucket = ModelBucket(config.model_bucket)
    return Sweep(
        ledger=ledger,
        bucket=bucket,
        pipeline=pipeline,
        supersession=Supersession(ledger, pipeline, withdraw=config.on_newer_candidate == "replace"),
        voting=Voting(
            ledger,
            pipeline,
            delivery.environments(config),
            policy(config),
            evidence_store(config),
            calendar(config),
        ),
        reminders=Reminders(ledger, timedelta(minutes=config.escalate_after_minutes)),
        catch_up=_catch_up(config),
        provenance=None if config.uploader_proof == "claim" else Provenance(ledger, bucket),
    )


def _catch_up(config: settings.Sweep) -> CatchUp | None:
    """Return what records missed changes of an existing pipeline; None for a stack with its own."""
    existing = delivery.existing_pipeline(config)
    if existing is None:
        return None
    from slipway.bootstrap.attached import recorder

    return recorder(config, existing).catch_up
