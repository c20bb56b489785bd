"""The smoke tests of releases in an existing pipeline."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import cast

from slipway import settings
from slipway.adapters.clock import SystemClock
from slipway.adapters.codepipeline.existing import AttachedPipeline
from slipway.adapters.http import ServiceHttp
from slipway.adapters.ledger import DynamoLedger
from slipway.adapters.s3 import ModelBucket
from slipway.adapters.sqs import Queue
from slipway.approvals.supersede import Supersession
from slipway.attached.outcomes import Outcomes
from slipway.attached.smoke_tests import AttachedSmokeTests
from slipway.attached.suite_of_record import SuitesOfRecord
from slipway.attached.way_back import Mode, WayBack
from slipway.bootstrap import delivery
from slipway.bootstrap.evidence import evidence_store
from slipway.errors import SettingMissing
from slipway.smoke.job.smoke_test_job import SmokeTestJob


@cache
def build() -> AttachedSmokeTests:
    """Make what does the orders of the queue."""
    read = settings.read(settings.AttachedSmokeTest)
    existing = delivery.existing_pipeline(read)
    if existing is None:
        raise SettingMissing("The environment variable EXISTING_PIPELINE is missing: set it in attach/template.yaml.")
    ledger, pipeline, clock = DynamoLedger(read.ledger_table), AttachedPipeline(existing), SystemClock()
    environments, orders = delivery.environments(read), Queue(read.orders_queue)
    return AttachedSmokeTests(
        existing=existing,
        ledger=ledger,
        pipeline=pipeline,
        smoke_test=SmokeTestJob(
            ledger=ledger,
            store=evidence_store(read),
            http=ServiceHttp(),
            clock=clock,
            environments=environments,
            limit=timedelta(minutes=read.suite_minutes),
            pins=False,
        ),
        suites=SuitesOfRecord(ModelBucket(read.model_bucket)),
        orders=orders,
        outcomes=Outcomes(
            existing=existing,
            ledger=ledger,
            pipeline=pipeline,
            supersession=Supersession(ledger, pipeline, withdraw=read.on_newer_candidate == "replace"),
            way_back=WayBack(ledger, environments, orders, clock, cast("Mode", read.on_failed_verification)),
            clock=clock,
            reject_failed=read.on_failed_test == "reject",
            reject_changed=read.on_changed_model == "reject",
        ),
    )
