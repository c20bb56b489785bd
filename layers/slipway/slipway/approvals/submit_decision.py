"""Submits a decision to CodePipeline, once, even if the function that does it is interrupted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from slipway.errors import AnswerRefused
from slipway.models import Decision, Question, Release, State
from slipway.ports import Ledger, Pipeline

SUBMIT_TIMEOUT = timedelta(minutes=2)  # submitting takes seconds: after this, whoever decided was interrupted


def submit_decision(ledger: Ledger, pipeline: Pipeline, release: Release) -> Release:
    """Tell CodePipeline first, then the ledger: it never says "approved" before the pipeline has accepted it.

    Only whoever has recorded the decision calls this, until it `is_stuck`. Raises AnswerRefused if the question is
    closed, after the answer that CodePipeline got elsewhere is recorded.
    """
    decision, question = release.approval.pending_decision, release.approval.question
    if decision is None or question is None:
        return release
    try:
        pipeline.answer(question.token, decision)
    except AnswerRefused:
        accepted = pipeline.answered(release.execution_id)
        ledger.change(release.id, lambda current: _closed(current, decision, accepted))
        raise
    return ledger.change(release.id, lambda current: _submitted(current, question, decision))


def is_stuck(release: Release, now: datetime) -> bool:
    """Return whether a decision has been waiting so long that whoever recorded it must have been interrupted."""
    if release.state is not State.WAITING or release.approval.pending_decision is None:
        return False
    return now >= (release.approval.pending_since or release.approval.pending_decision.at) + SUBMIT_TIMEOUT


def _submitted(release: Release, question: Question, decision: Decision) -> Release:
    """Record a decision that CodePipeline accepted, even if it has been taken back in the ledger meanwhile."""
    same_question = release.approval.question is not None and release.approval.question.token == question.token
    if not same_question or release.approval.decision or release.approval.pending_decision not in (None, decision):
        return release
    return replace(release, approval=replace(release.approval, pending_decision=None, decision=decision))


def _closed(release: Release, decision: Decision, accepted: Decision | None) -> Release:
    """Close the question: CodePipeline has accepted another answer, or none in time."""
    if release.approval.pending_decision != decision or release.approval.question is None:
        return release
    closed = replace(release.approval.question, closed=True)
    approval = replace(release.approval, question=closed, pending_decision=None, decision=decision.or_else(accepted))
    return replace(release, approval=approval)
