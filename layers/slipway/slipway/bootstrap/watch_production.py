"""What watches production after a release went live."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from slipway import settings
from slipway.adapters.cloudwatch import ProductionAlarms
from slipway.adapters.codepipeline import ReleasePipeline
from slipway.bootstrap.ledger import measured_ledger
from slipway.releases.bake import BakeWatch


@cache
def build() -> BakeWatch:
    """Return what watches the bake, as the environment configures it; raises SettingMissing."""
    config = settings.read(settings.WatchProduction)
    return BakeWatch(
        ledger=measured_ledger(config.ledger_table),
        pipeline=ReleasePipeline(config.pipeline_name),
        alarms=ProductionAlarms([arn for arn in config.bake_alarms.split(",") if arn]),
        time=timedelta(minutes=config.bake_minutes),
    )
