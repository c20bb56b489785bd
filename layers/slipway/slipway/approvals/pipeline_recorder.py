"""Recording CodePipeline's events and approval requests in the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from slipway.approvals.supersede import Supersession
from slipway.models import Json, Release
from slipway.ports import Bucket, Ledger, Pipeline
from slipway.releases import pipeline_events
from slipway.releases.record_question import record_question
from slipway.releases.record_step import record_step


@dataclass(frozen=True, slots=True)
class PipelineRecorder:
    """Applies what CodePipeline tells to the releases it is about."""

    ledger: Ledger
    bucket: Bucket
    pipeline: Pipeline
    supersession: Supersession

    def record_approval_request(self, notice: Json, at: datetime) -> Release:
        """Store the question of an approval notice with its release, and return the release, which now waits."""
        release_id, question = pipeline_events.question_of(notice, at)
        release = record_question(self.ledger, release_id, question)
        self.supersession.approval_requested(release, at)
        return release

    def record_event(self, event: Json) -> Release | None:
        """Apply a state change event to its release, and return the release; None if the event moves none."""
        step = pipeline_events.own_step_of(event)
        release = record_step(self.ledger, self.bucket, self.pipeline, step) if step else None
        execution = pipeline_events.built_execution(event)
        if execution and (built := self.ledger.release_of(execution)):
            release = self.supersession.release_built(built.id, datetime.fromisoformat(event["time"]))
        return release
