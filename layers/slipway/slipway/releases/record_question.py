"""Recording that CodePipeline asks for an approval."""

from __future__ import annotations

from dataclasses import replace

from slipway.models import Approval, Question, Release, State
from slipway.ports import Ledger

_PAST_APPROVAL = (State.RELEASING, State.VERIFYING, State.LIVE, State.RETIRED, State.ROLLED_BACK)


def record_question(ledger: Ledger, release_id: str, question: Question) -> Release:
    """Put a question to a release, and return the release; one that is known or out of date changes nothing.

    A new question starts with no votes. Raises NotFound if there is no such release.
    """
    return ledger.change(
        release_id, lambda release: release if _is_stale(release, question) else _ask(release, question)
    )


def _is_stale(release: Release, question: Question) -> bool:
    last = release.approval.question
    # SNS keeps no order: the notice of an earlier attempt may arrive last.
    known = last and (last.token == question.token or last.asked_at >= question.asked_at)
    ended = release.state.ended and question.asked_at <= release.times[release.state]
    return bool(known or ended or release.state in _PAST_APPROVAL)


def _ask(release: Release, question: Question) -> Release:
    return replace(
        release,
        state=State.WAITING,
        times={**release.times, State.WAITING: question.asked_at},
        approval=Approval(question),
        queueing=replace(release.queueing, superseded_by=""),
        reason="",
        log_url="",
    )
