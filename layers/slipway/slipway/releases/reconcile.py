"""Reconciling the ledger with CodePipeline, because EventBridge may lose an event."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from slipway.models import PipelineStep, Release
from slipway.ports import Bucket, Ledger, Pipeline
from slipway.releases.isolation import for_each_isolated
from slipway.releases.record_step import record_step


def reconcile(ledger: Ledger, bucket: Bucket, pipeline: Pipeline, now: datetime) -> Iterator[Release]:
    """End each unfinished release whose execution has ended, and yield those that changed state.

    Errors are raised after all releases were looked at, in one ExceptionGroup.
    """

    def end(release: Release) -> Release | None:
        """Return a release if it has ended now; None if it has not."""
        state = pipeline.state_of(release.execution_id) if release.execution_id else None
        if state is None:
            return None
        step = PipelineStep(release.execution_id, state, now, release.attempt)
        ended = record_step(ledger, bucket, pipeline, step)
        return ended if ended and ended.state is not release.state else None

    return for_each_isolated(ledger.unfinished(), end)
