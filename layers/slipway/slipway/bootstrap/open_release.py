"""The pipeline's first job: which release an execution carries."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from slipway import settings
from slipway.adapters.clock import SystemClock
from slipway.adapters.codepipeline import ReleasePipeline
from slipway.adapters.codepipeline_jobs import PipelineJobs
from slipway.bootstrap.ledger import measured_ledger
from slipway.ports import Jobs
from slipway.releases.open_release import ReleaseOpener


@dataclass(frozen=True, slots=True)
class OpenRelease:
    """Opens releases, and reports the jobs that ask for it."""

    opener: ReleaseOpener
    jobs: Jobs


@cache
def build() -> OpenRelease:
    """Return what opens releases for pipeline jobs, as the environment configures it; raises SettingMissing."""
    config = settings.read(settings.OpenRelease)
    opener = ReleaseOpener(measured_ledger(config.ledger_table), ReleasePipeline(config.pipeline_name), SystemClock())
    return OpenRelease(opener, PipelineJobs())
