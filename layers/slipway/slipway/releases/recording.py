"""Releases in the ledger, as the pipeline, the smoke test and the approvers change them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from slipway.models import Decision, PipelineStep, Question, Release, SmokeSummary, State
from slipway.models.text import MAX_REASON, one_line
from slipway.ports import Bucket, Ledger, Pipeline
from slipway.releases.isolation import for_each_isolated
from slipway.releases.pipeline_events import BUILD
from slipway.releases.transitions import TAKEN, apply, asking

REASON_LIMIT = 2000  # bytes


def record(ledger: Ledger, bucket: Bucket, pipeline: Pipeline, progress: PipelineStep) -> Release | None:
    """Move the release that an execution carries; an execution without one (yet) moves nothing."""
    release = ledger.release_of(progress.execution_id)
    progress = replace(progress, reason=one_line(progress.reason, MAX_REASON))
    if release is None:
        return _rolled_back(ledger, pipeline, progress)
    if progress.state is State.LIVE:
        return ledger.go_live(release.id, progress.at, attempt=progress.attempt)
    if progress.state is State.FAILED and progress.action == BUILD:
        # CodePipeline knows that a command of the build failed; the build's own sentence says why.
        said = bucket.text(f"evidence/{release.id}/build.txt", REASON_LIMIT)
        progress = replace(progress, reason=one_line(said, MAX_REASON) or progress.reason)
    if _failed_while_waiting(release, progress) and not _approved(release, pipeline, progress):
        # The action's own event, which says that the approval failed, may be told after the pipeline's.
        progress = replace(progress, state=State.REJECTED)
    if progress.state in TAKEN and not release.approval.decision:
        progress = replace(progress, decision=_in_time(release, pipeline.answered(progress.execution_id)))
    return ledger.change(release.id, lambda current: apply(current, progress))


def _failed_while_waiting(release: Release, progress: PipelineStep) -> bool:
    told = progress.state is State.FAILED and not progress.action
    return told and release.state is State.WAITING and progress.attempt == release.attempt


def _approved(release: Release, pipeline: Pipeline, progress: PipelineStep) -> bool:
    """Tell whether the pipeline went on, and the news of that are still to come."""
    answer = release.approval.decision or release.approval.pending_decision or pipeline.answered(progress.execution_id)
    return answer is not None and answer.outcome == "approved"


def _in_time(release: Release, answer: Decision | None) -> Decision | None:
    """Tell an answer from an approval that nobody gave in time: that one is failed by CodePipeline."""
    late = answer and release.approval.question and answer.at >= release.approval.question.expires
    return None if late else answer


def _rolled_back(ledger: Ledger, pipeline: Pipeline, progress: PipelineStep) -> Release | None:
    """Follow a rollback, which is an execution of its own: what it went back to is live again."""
    if progress.state is not State.LIVE:
        return None
    target = ledger.release_of(pipeline.rolls_back_to(progress.execution_id))
    return ledger.go_live(target.id, progress.at, back=True) if target else None


def reconcile(ledger: Ledger, bucket: Bucket, pipeline: Pipeline, now: datetime) -> Iterator[Release]:
    """End every release whose execution has ended without our hearing of it: EventBridge promises no delivery."""

    def step(release: Release) -> Release | None:
        state = pipeline.state_of(release.execution_id) if release.execution_id else None
        if state is None:
            return None
        ended = record(ledger, bucket, pipeline, PipelineStep(release.execution_id, state, now, release.attempt))
        return ended if ended and ended.state is not release.state else None

    return for_each_isolated(ledger.unfinished(), step)


def ask(ledger: Ledger, release_id: str, question: Question) -> Release:
    """Record that an answer is due; the same notice twice asks once."""
    return ledger.change(release_id, asking(question))


def tested(ledger: Ledger, release_id: str, target: str, summary: SmokeSummary) -> Release:
    """Record what a smoke test found."""

    def change(release: Release) -> Release:
        known = decided_on(release, target)
        return release if known else replace(release, smoke={**release.smoke, target: summary})

    return ledger.change(release_id, change)


def decided_on(release: Release, target: str) -> bool:
    """Tell whether people are deciding on this evidence just now: a late delivery must not replace it."""
    return target == "staging" and release.state is State.WAITING
