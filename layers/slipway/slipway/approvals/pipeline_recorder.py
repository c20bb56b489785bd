"""The pipeline's events and its requests for approval, recorded in the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from slipway.approvals.supersede import Supersession
from slipway.models import Json, Release
from slipway.ports import Bucket, Ledger, Pipeline
from slipway.releases import pipeline_events, recording


@dataclass(frozen=True, slots=True)
class PipelineRecorder:
    """Moves releases as the pipeline moves them."""

    ledger: Ledger
    bucket: Bucket
    pipeline: Pipeline
    supersession: Supersession

    def record_approval_request(self, notice: Json, at: datetime) -> Release:
        """Record that a release waits for an answer; `notice` is what CodePipeline publishes."""
        release_id, approval = pipeline_events.question_of(notice, at)
        release = recording.ask(self.ledger, release_id, approval)
        self.supersession.approval_requested(release, at)
        return release

    def record_event(self, event: Json) -> Release | None:
        """Record a state change of an execution or an action; None if it moves no release."""
        progress = pipeline_events.progress_of(event)
        release = recording.record(self.ledger, self.bucket, self.pipeline, progress) if progress else None
        execution = pipeline_events.built(event)
        if execution and (built := self.ledger.release_of(execution)):
            release = self.supersession.release_built(built.id, datetime.fromisoformat(event["time"]))
        return release
