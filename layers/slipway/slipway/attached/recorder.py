"""The events of an existing pipeline, recorded in the ledger, and what Slipway does at each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from slipway.approvals.supersede import Supersession
from slipway.attached import pushes
from slipway.attached.course import course_of
from slipway.attached.smoke_test_order import SmokeTestOrder
from slipway.models import ActionChange, ExistingPipeline, Json, Release, State
from slipway.ports import AttachedPipeline, Bucket, Environments, Ledger, MessageQueue
from slipway.releases import pipeline_events, start_execution
from slipway.releases.record_step import record_step
from slipway.releases.transitions import apply
from slipway.uploads.layout import Layout
from slipway.uploads.upload import Upload, list_upload

MOST_TOLD = 3  # files


@dataclass(frozen=True, slots=True)
class AttachedRecorder:
    """Moves releases as an existing pipeline moves them, and orders their tests from the queue `orders`."""

    existing: ExistingPipeline
    ledger: Ledger
    bucket: Bucket
    pipeline: AttachedPipeline
    environments: Environments
    supersession: Supersession
    orders: MessageQueue

    def record_approval_request(self, notice: Json, at: datetime) -> Release | None:  # noqa: ARG002 - told by the API
        """Record all approvals that wait now, since a notice does not name its execution.

        Return the first one's release.
        """
        if notice["approval"]["pipelineName"] != self.existing.name:
            return None
        recorded = [self.record(change) for change in self.pipeline.open_approvals()]
        return next((release for release in recorded if release), None)

    def record_event(self, event: Json) -> Release | None:
        """Record a state change event, and return its release; None if the event is about none."""
        change = pipeline_events.change_of(event)
        return self.record(change) if change else None

    def record(self, change: ActionChange) -> Release | None:
        """Apply a change to its release, order the test that follows, and return the release; None without one."""
        release = self.ledger.release_of(change.execution_id) or self._open_unknown(change)
        if release is None:
            return None
        step = pipeline_events.step_of(course_of(self.existing), change, release.attempt)
        # What becomes of a release that production has is decided by its test, not by what the pipeline does besides.
        if step and release.state is not State.VERIFYING:
            release = record_step(self.ledger, self.bucket, self.pipeline, step) or release
        return self._follow(change, release)

    def catch_up(self, release: Release, now: datetime) -> Release | None:
        """Record the changes of a release's execution that no event has told, and return it; None if there are none."""
        caught = None
        for change in self.pipeline.changes_of(release.execution_id) if release.execution_id else ():
            current = self.ledger.release(release.id)
            step = pipeline_events.step_of(course_of(self.existing), change, current.attempt)
            if step and apply(current, step) != current:
                caught = self.record(change)
        ended = self.pipeline.state_of(release.execution_id) if release.execution_id and not caught else None
        return self.record(ActionChange(release.execution_id, "", "", ended.name, now)) if ended else caught

    def _open_unknown(self, change: ActionChange) -> Release | None:
        """Return a new release for an execution that Slipway did not start; None before one of its actions starts."""
        if change.status != "STARTED":
            return None
        # One of our own starts may not be written down yet; starting it again gives the same execution.
        for release in self.ledger.unfinished():
            if start_execution.needs_execution(release) and start_execution.is_newest(self.ledger, release):
                start_execution.start(self.ledger, self.pipeline, release)
        if known := self.ledger.release_of(change.execution_id):
            return known
        if restored := self.pipeline.rolls_back_to(change.execution_id):
            return pushes.open_rollback(self.ledger, self.bucket, self.existing, change, restored)
        return pushes.open_release(self.ledger, self.bucket, self.existing, change.execution_id, change.at)

    def _follow(self, change: ActionChange, release: Release) -> Release:
        """Do what follows from a change (order a test, record commit or build), and return the release."""
        existing = self.existing
        match change.status, change.action:
            case "STARTED", action if action in existing.builds:
                return self._with_commit(change.execution_id, release)
            case "SUCCEEDED", existing.last_build:
                return self.supersession.release_built(self._record_model_change(release).id, change.at)
            case "STARTED", action if action in existing.approvals:
                self.orders.send(SmokeTestOrder.after(change, release, "staging").message)
                return self._record_replaced_version(release)
            case "SUCCEEDED", existing.production.action:
                self.orders.send(SmokeTestOrder.after(change, release, "production").message)
        return release

    def _with_commit(self, execution_id: str, release: Release) -> Release:
        """Store the commit that an execution builds with its release, and return the release."""
        if release.commit.id:
            return release
        commit = start_execution.stored_commit(self.ledger, release, self.pipeline.commit_of(execution_id))
        return self.ledger.change(release.id, lambda current: replace(current, commit=commit))

    def _record_model_change(self, release: Release) -> Release:
        """Store a warning if the model changed while it was built, which reads the newest; return the release."""
        layout = Layout.of(self.existing.prefix, self.existing.model)
        if self.existing.source or not layout.model:  # it reads an exact version, or nobody can tell which
            return release
        now = list_upload(self.bucket, layout.prefix, layout)
        if now.fingerprint == release.fingerprint:
            return release
        warning = (
            f"The model was changed while it was built: {_difference(release, now)}. What was built is not, or not "
            "only, what this release is named after."
        )
        return self.ledger.change(
            release.id, lambda current: replace(current.with_warning(warning), model_changed=True)
        )

    def _record_replaced_version(self, release: Release) -> Release:
        """Store which version production runs before the approval, to go back to, and return the release."""
        running = self.environments.deployed("production")
        if running.status != "Ready" or not running.label:
            return release
        return self.ledger.change(release.id, lambda current: replace(current, replaced_version=running.label))


def _difference(release: Release, now: Upload) -> str:
    """Return, in words, which files of a release have another version now: the first few, and how many more."""
    versions = {item.key.removeprefix(now.prefix) or item.key: item.version_id for item in now.everything}
    paths = [path for path in {**release.versions, **versions} if release.versions.get(path) != versions.get(path)]
    told = [f"{path} was {release.versions.get(path, 'not seen')}, is {versions.get(path, 'gone')}" for path in paths]
    return "; ".join(told[:MOST_TOLD]) + (f"; and {len(told) - MOST_TOLD} more" if len(told) > MOST_TOLD else "")
