"""Carrying a decision to CodePipeline: once, and all the same if whoever carries it dies on the way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from slipway.errors import AnswerRefused
from slipway.models import Answer, Approval, Release, State
from slipway.ports import Ledger, Pipeline

STUCK = timedelta(minutes=2)  # a decision is carried out in seconds, unless whoever does it dies


@dataclass(frozen=True, slots=True)
class Carrier:
    """Whoever has written a decision into the ledger carries it out; nobody else does, until it is stuck."""

    ledger: Ledger
    pipeline: Pipeline

    def carry_out(self, release: Release) -> Release:
        """Tell CodePipeline first: the ledger never says "approved" before the pipeline has taken it.

        Raises AnswerRefused if the question is closed; an answer that it got elsewhere is then written down.
        """
        deciding, approval = release.deciding, release.approval
        if deciding is None or approval is None:
            return release
        try:
            self.pipeline.answer(approval.token, deciding)
        except AnswerRefused:
            told = self.pipeline.answered(release.execution_id)
            self.ledger.change(release.id, lambda current: _closed(current, deciding, told))
            raise
        return self.ledger.change(release.id, lambda current: _taken(current, approval, deciding))


def is_stuck(release: Release, now: datetime) -> bool:
    """Tell whether a decision is waited for whose carrier has died on the way."""
    if release.state is not State.WAITING or release.deciding is None:
        return False
    return now >= (release.decided_at or release.deciding.at) + STUCK


def _taken(release: Release, approval: Approval, answer: Answer) -> Release:
    """Write down what CodePipeline has taken, though the decision may have been taken back meanwhile."""
    asked = release.approval is not None and release.approval.token == approval.token
    if not asked or release.answer or release.deciding not in (None, answer):
        return release
    return replace(release, deciding=None, answer=answer)


def _closed(release: Release, deciding: Answer, told: Answer | None) -> Release:
    """Keep everybody from answering again: CodePipeline has taken another answer, or none in time."""
    if release.deciding != deciding or release.approval is None:
        return release
    return replace(
        release, deciding=None, answer=deciding.or_else(told), approval=replace(release.approval, closed=True)
    )
