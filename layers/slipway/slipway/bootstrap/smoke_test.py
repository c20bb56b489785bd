"""The pipeline's job on staging and on production: is the release under test there, and right?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from slipway import settings
from slipway.adapters.beanstalk import BeanstalkEnvironments
from slipway.adapters.clock import SystemClock
from slipway.adapters.codepipeline_jobs import PipelineJobs
from slipway.adapters.http import ServiceHttp
from slipway.adapters.ledger import DynamoLedger
from slipway.adapters.s3 import ModelBucket, OpenArtifact, open_artifact
from slipway.ports import Jobs
from slipway.smoke.job.smoke_test_job import SmokeTestJob


@dataclass(frozen=True, slots=True)
class SmokeTest:
    """Runs suites, and reports the jobs that ask for it; `open_artifact` reads the suite of a job."""

    smoke_test: SmokeTestJob
    jobs: Jobs
    open_artifact: OpenArtifact = open_artifact


@cache
def build() -> SmokeTest:
    """Make the runner of smoke tests."""
    read = settings.read(settings.SmokeTest)
    job = SmokeTestJob(
        ledger=DynamoLedger(read.ledger_table),
        bucket=ModelBucket(read.model_bucket),
        http=ServiceHttp(),
        clock=SystemClock(),
        environments=BeanstalkEnvironments(read.pipeline_name),
    )
    return SmokeTest(job, PipelineJobs())
