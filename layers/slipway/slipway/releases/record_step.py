"""Recording a step of the pipeline on the release that its execution carries."""

from __future__ import annotations

from dataclasses import replace

from slipway.models import Decision, PipelineStep, Release, State
from slipway.models.text import MAX_REASON, one_line
from slipway.ports import Bucket, Ledger, Pipeline
from slipway.releases.pipeline_events import BUILD
from slipway.releases.transitions import IMPLIED_OUTCOME, apply

REASON_LIMIT = 2000  # bytes
_BUILD = BUILD.replace("/", " / ")  # as steps name it


def record_step(ledger: Ledger, bucket: Bucket, pipeline: Pipeline, step: PipelineStep) -> Release | None:
    """Apply a step to the release of its execution, and return the release; None if the execution has none (yet)."""
    release = ledger.release_of(step.execution_id)
    step = replace(step, reason=one_line(step.reason, MAX_REASON))
    if release is None:
        return _record_rollback(ledger, pipeline, step)
    if step.state is State.LIVE:
        return ledger.go_live(release.id, step.at, attempt=step.attempt)
    step = _with_decision(_as_rejection(_with_build_error(step, bucket, release), pipeline, release), pipeline, release)
    return ledger.change(release.id, lambda current: apply(current, step))


def _record_rollback(ledger: Ledger, pipeline: Pipeline, step: PipelineStep) -> Release | None:
    """Mark live what a finished rollback, an execution of its own, went back to, and return it; None if it is none."""
    if step.state is not State.LIVE:
        return None
    target = ledger.release_of(pipeline.rolls_back_to(step.execution_id))
    return ledger.go_live(target.id, step.at, back=True) if target else None


def _with_build_error(step: PipelineStep, bucket: Bucket, release: Release) -> PipelineStep:
    """Return a failed build's step with the reason that the build wrote, which says more than "exit status 1"."""
    if step.state is not State.FAILED or step.action != _BUILD:
        return step
    written = bucket.text(f"evidence/{release.id}/build.txt", REASON_LIMIT)
    return replace(step, reason=one_line(written, MAX_REASON) or step.reason)


def _as_rejection(step: PipelineStep, pipeline: Pipeline, release: Release) -> PipelineStep:
    """Return a step as a rejection if the pipeline failed while its release waited for approval.

    The event of the approval action, which says that it was the approval that failed, may arrive after the pipeline's.
    """
    pipeline_failed = step.state is State.FAILED and not step.action
    waiting = release.state is State.WAITING and step.attempt == release.attempt
    if pipeline_failed and waiting and not _is_approved(release, pipeline, step.execution_id):
        return replace(step, state=State.REJECTED)
    return step


def _is_approved(release: Release, pipeline: Pipeline, execution_id: str) -> bool:
    """Return whether the release was approved, although no event of a later action has arrived yet."""
    approval = release.approval
    decision = approval.decision or approval.pending_decision or pipeline.answered(execution_id)
    return decision is not None and decision.outcome == "approved"


def _with_decision(step: PipelineStep, pipeline: Pipeline, release: Release) -> PipelineStep:
    """Return a step with the decision that was made in the console, if the ledger has none and the step implies one."""
    if step.state not in IMPLIED_OUTCOME or release.approval.decision:
        return step
    return replace(step, decision=_if_in_time(pipeline.answered(step.execution_id), release))


def _if_in_time(decision: Decision | None, release: Release) -> Decision | None:
    """Return a decision; None if it is dated after the question expired, because then nobody made it."""
    late = decision and release.approval.question and decision.at >= release.approval.question.expires
    return None if late else decision
