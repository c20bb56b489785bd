"""Submits a decision to CodePipeline, once, even if the function that does it is interrupted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from slipway.errors import AnswerRefused
from slipway.models import Decision, Question, Release, State
from slipway.ports import Ledger, Pipeline

SUBMIT_TIMEOUT = timedelta(minutes=2)  # submitting takes seconds: after this, whoever decided was interrupted


def submit_decision(ledger: Ledger, pipeline: Pipeline, release: Release) -> Release:
    """Send a release's pending decision to CodePipeline, then record that it was accepted; return the release.

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
        ledger.change(release.id, lambda current: _with_closed_question(current, decision, accepted))
        raise
    return ledger.change(release.id, lambda current: _with_accepted_decision(current, question, decision))


def is_stuck(release: Release, now: datetime) -> bool:
    """Return whether a decision has been waiting so long that whoever recorded it must have been interrupted."""
    if release.state is not State.WAITING or release.approval.pending_decision is None:
        return False
    return now >= (release.approval.pending_since or release.approval.pending_decision.at) + SUBMIT_TIMEOUT


def _with_accepted_decision(release: Release, question: Question, decision: Decision) -> Release:
    """Return a release with the decision that CodePipeline accepted, even if votes have changed it meanwhile."""
    same_question = release.approval.question is not None and release.approval.question.token == question.token
    if not same_question or release.approval.decision or release.approval.pending_decision not in (None, decision):
        return release
    return replace(release, approval=replace(release.approval, pending_decision=None, decision=decision))


def _with_closed_question(release: Release, decision: Decision, accepted: Decision | None) -> Release:
    """Return a release whose question is closed, with the decision that CodePipeline got elsewhere, if it got any."""
    if release.approval.pending_decision != decision or release.approval.question is None:
        return release
    closed = replace(release.approval.question, closed=True)
    approval = replace(release.approval, question=closed, pending_decision=None, decision=decision.or_else(accepted))
    return replace(release, approval=approval)
