"""The smoke tests of releases in an existing pipeline."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import cast

from slipway import settings
from slipway.adapters.clock import SystemClock
from slipway.adapters.codepipeline.existing import AttachedPipeline
from slipway.adapters.http import ServiceHttp
from slipway.adapters.s3 import ModelBucket
from slipway.adapters.sqs import Queue
from slipway.approvals.supersede import Supersession
from slipway.attached.outcomes import Outcomes
from slipway.attached.smoke_tests import AttachedSmokeTests
from slipway.attached.suite_of_record import SuitesOfRecord
from slipway.attached.way_back import Mode, WayBack
from slipway.bootstrap import delivery
from slipway.bootstrap.evidence import evidence_store
from slipway.bootstrap.ledger import measured_ledger
from slipway.errors import SettingMissing
from slipway.smoke.job.smoke_test_job import SmokeTestJob


@cache
def build() -> AttachedSmokeTests:
    """Return what does the orders of the queue, as the environment configures it; raises SettingMissing."""
    config = settings.read(settings.AttachedSmokeTest)
    existing = delivery.existing_pipeline(config)
    if existing is None:
        raise SettingMissing("EXISTING_PIPELINE is missing: only stacks that are attached to a pipeline have it.")
    ledger, pipeline, clock = measured_ledger(config.ledger_table), AttachedPipeline(existing), SystemClock()
    environments, orders = delivery.environments(config), Queue(config.orders_queue)
    return AttachedSmokeTests(
        existing=existing,
        ledger=ledger,
        pipeline=pipeline,
        smoke_test=SmokeTestJob(
            ledger=ledger,
            store=evidence_store(config),
            http=ServiceHttp(),
            clock=clock,
            environments=environments,
            limit=timedelta(minutes=config.suite_minutes),
            attached=True,
        ),
        suites=SuitesOfRecord(ModelBucket(config.model_bucket)),
        orders=orders,
        outcomes=Outcomes(
            existing=existing,
            ledger=ledger,
            pipeline=pipeline,
            supersession=Supersession(ledger, pipeline, withdraw=config.on_newer_candidate == "replace"),
            way_back=WayBack(ledger, environments, orders, clock, cast("Mode", config.on_failed_verification)),
            clock=clock,
            reject_failed=config.on_failed_test == "reject",
            reject_changed=config.on_changed_model == "reject",
        ),
    )
