"""The events of an existing pipeline, recorded in the ledger, and what Slipway does at each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from slipway.approvals.supersede import Supersession
from slipway.attached import pipeline_events, pushes
from slipway.attached.smoke_test_order import SmokeTestOrder
from slipway.models import ActionChange, ExistingPipeline, Json, Release, State
from slipway.ports import AttachedPipeline, Bucket, Environments, Ledger, MessageQueue
from slipway.releases import start_execution
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
        """Record what waits for an answer; CodePipeline's notice does not say which execution it is about."""
        if notice["approval"]["pipelineName"] != self.existing.name:
            return None
        recorded = [self.record(change) for change in self.pipeline.open_approvals()]
        return next((release for release in recorded if release), None)

    def record_event(self, event: Json) -> Release | None:
        """Record a state change of an execution or an action; None if it moves no release."""
        change = pipeline_events.change_of(event)
        return self.record(change) if change else None

    def record(self, change: ActionChange) -> Release | None:
        """Record a change, and do what follows from it; the same one twice is one."""
        release = self.ledger.release_of(change.execution_id) or self._opened(change)
        if release is None:
            return None
        step = pipeline_events.step_of(self.existing, change, release.attempt)
        # What becomes of a release that production has is decided by its test, not by what the pipeline does besides.
        if step and release.state is not State.VERIFYING:
            release = record_step(self.ledger, self.bucket, self.pipeline, step) or release
        return self._follow(change, release)

    def catch_up(self, release: Release) -> Release | None:
        """Record what happened to a release's execution and no event has told; None if it is nothing."""
        caught = None
        for change in self.pipeline.changes_of(release.execution_id) if release.execution_id else ():
            current = self.ledger.release(release.id)
            step = pipeline_events.step_of(self.existing, change, current.attempt)
            if step and apply(current, step) != current:
                caught = self.record(change)
        return caught

    def _opened(self, change: ActionChange) -> Release | None:
        """Open the release of an execution that nobody has told us of, at its first sign of life."""
        if change.status != "STARTED":
            return None
        # One of our own starts may not be written down yet; starting it again gives the same execution.
        for release in self.ledger.unfinished():
            if start_execution.needs_execution(release) and start_execution.is_newest(self.ledger, release):
                start_execution.start(self.ledger, self.pipeline, release)
        known = self.ledger.release_of(change.execution_id)
        return known or pushes.open_release(self.ledger, self.bucket, self.existing, change.execution_id, change.at)

    def _follow(self, change: ActionChange, release: Release) -> Release:
        existing = self.existing
        match change.status, change.action:
            case "STARTED", action if action in existing.builds:
                return self._with_commit(change.execution_id, release)
            case "SUCCEEDED", existing.last_build:
                return self.supersession.release_built(self._compared(release).id, change.at)
            case "STARTED", action if action in existing.approvals:
                self.orders.send(SmokeTestOrder.after(change, release, "staging").message)
                return self._with_replaced_version(release)
            case "SUCCEEDED", existing.production.action:
                self.orders.send(SmokeTestOrder.after(change, release, "production").message)
        return release

    def _with_commit(self, execution_id: str, release: Release) -> Release:
        if release.commit.id:
            return release
        commit = start_execution.stored_commit(self.ledger, release, self.pipeline.commit_of(execution_id))
        return self.ledger.change(release.id, lambda current: replace(current, commit=commit))

    def _compared(self, release: Release) -> Release:
        """Warn if the build may have read another model than the release's: it reads what is newest."""
        layout = Layout.of(self.existing.prefix, self.existing.model)
        if self.existing.source or not layout.model:  # it reads an exact version, or nobody can tell which
            return release
        now = list_upload(self.bucket, layout.prefix, layout)
        if now.fingerprint == release.fingerprint:
            return release
        warning = (
            f"The model was changed while it was built: {_difference(release, now)}. What was built is not, or not "
        )
        warning += "only, what this release is named after."
        return self.ledger.change(
            release.id, lambda current: replace(current.with_warning(warning), model_changed=True)
        )

    def _with_replaced_version(self, release: Release) -> Release:
        """Remember what production runs while nobody has approved: that is the way back."""
        running = self.environments.deployed("production")
        if running.status != "Ready" or not running.label:
            return release
        return self.ledger.change(release.id, lambda current: replace(current, replaced_version=running.label))


def _difference(release: Release, now: Upload) -> str:
    """Return which of the files that a release keeps have another version by now, and which."""
    versions = {item.key.removeprefix(now.prefix) or item.key: item.version_id for item in now.everything}
    paths = [path for path in {**release.versions, **versions} if release.versions.get(path) != versions.get(path)]
    told = [f"{path} was {release.versions.get(path, 'not seen')}, is {versions.get(path, 'gone')}" for path in paths]
    return "; ".join(told[:MOST_TOLD]) + (f"; and {len(told) - MOST_TOLD} more" if len(told) > MOST_TOLD else "")
