"""Submits a decision to CodePipeline, once, even if the function that does it is interrupted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from slipway.errors import AnswerRefused
from slipway.models import Answer, Approval, Release, State
from slipway.ports import Ledger, Pipeline

SUBMIT_TIMEOUT = timedelta(minutes=2)  # submitting takes seconds: after this, whoever decided was interrupted


def submit_decision(ledger: Ledger, pipeline: Pipeline, release: Release) -> Release:
    """Tell CodePipeline first, then the ledger: it never says "approved" before the pipeline has accepted it.

    Only whoever has recorded the decision calls this, until it `is_stuck`. Raises AnswerRefused if the question is
    closed, after the answer that CodePipeline got elsewhere is recorded.
    """
    deciding, approval = release.deciding, release.approval
    if deciding is None or approval is None:
        return release
    try:
        pipeline.answer(approval.token, deciding)
    except AnswerRefused:
        accepted = pipeline.answered(release.execution_id)
        ledger.change(release.id, lambda current: _closed(current, deciding, accepted))
        raise
    return ledger.change(release.id, lambda current: _submitted(current, approval, deciding))


def is_stuck(release: Release, now: datetime) -> bool:
    """Return whether a decision has been waiting so long that whoever recorded it must have been interrupted."""
    if release.state is not State.WAITING or release.deciding is None:
        return False
    return now >= (release.decided_at or release.deciding.at) + SUBMIT_TIMEOUT


def _submitted(release: Release, approval: Approval, decision: Answer) -> Release:
    """Record a decision that CodePipeline accepted, even if it has been taken back in the ledger meanwhile."""
    same_question = release.approval is not None and release.approval.token == approval.token
    if not same_question or release.answer or release.deciding not in (None, decision):
        return release
    return replace(release, deciding=None, answer=decision)


def _closed(release: Release, decision: Answer, accepted: Answer | None) -> Release:
    """Close the question: CodePipeline has accepted another answer, or none in time."""
    if release.deciding != decision or release.approval is None:
        return release
    closed = replace(release.approval, closed=True)
    return replace(release, deciding=None, answer=decision.or_else(accepted), approval=closed)
