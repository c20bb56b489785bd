"""The pipeline's job on staging and on production: is the release under test there, and right?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from slipway import settings
from slipway.adapters.beanstalk import BeanstalkEnvironments, of_own_stack
from slipway.adapters.clock import SystemClock
from slipway.adapters.codepipeline_jobs import PipelineJobs
from slipway.adapters.ecr import EcrImages
from slipway.adapters.http import ServiceHttp
from slipway.adapters.job_artifacts import OpenArtifacts, open_artifacts
from slipway.bootstrap.calendar import calendar
from slipway.bootstrap.evidence import evidence_store
from slipway.bootstrap.ledger import measured_ledger
from slipway.ports import Jobs, RequestSamples
from slipway.smoke.job.smoke_test_job import SmokeTestJob


@dataclass(frozen=True, slots=True)
class SmokeTest:
    """Runs suites, and reports the jobs that ask for it; `open_artifacts` reads the build that a job is about."""

    smoke_test: SmokeTestJob
    jobs: Jobs
    open_artifacts: OpenArtifacts = open_artifacts


@cache
def build() -> SmokeTest:
    """Return what runs smoke tests for pipeline jobs, as the environment configures it; raises SettingMissing."""
    config = settings.read(settings.SmokeTest)
    job = SmokeTestJob(
        ledger=measured_ledger(config.ledger_table),
        store=evidence_store(config),
        http=ServiceHttp(),
        clock=SystemClock(),
        environments=BeanstalkEnvironments(of_own_stack(config.pipeline_name)),
        limit=timedelta(minutes=config.suite_minutes),
        calendar=calendar(config),
        images=EcrImages(),
        samples=_samples(config.model_bucket) if config.replay else None,
    )
    return SmokeTest(job, PipelineJobs())


def _samples(bucket: str) -> RequestSamples:
    """Return the sampled requests in a bucket."""
    from slipway.adapters.request_samples import BucketSamples  # few stacks sample

    return BucketSamples(bucket)
