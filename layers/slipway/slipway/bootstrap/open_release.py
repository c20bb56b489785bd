"""The pipeline's first job: which release an execution carries."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from slipway import settings
from slipway.adapters.clock import SystemClock
from slipway.adapters.codepipeline import ReleasePipeline
from slipway.adapters.codepipeline_jobs import PipelineJobs
from slipway.adapters.ledger import DynamoLedger
from slipway.ports import Jobs
from slipway.releases.open_release import ReleaseOpener


@dataclass(frozen=True, slots=True)
class OpenRelease:
    """Opens releases, and reports the jobs that ask for it."""

    opener: ReleaseOpener
    jobs: Jobs


@cache
def build() -> OpenRelease:
    """Make the opener of releases."""
    read = settings.read(settings.OpenRelease)
    opener = ReleaseOpener(DynamoLedger(read.ledger_table), ReleasePipeline(read.pipeline_name), SystemClock())
    return OpenRelease(opener, PipelineJobs())
