"""Recording that CodePipeline asks for an approval."""

from __future__ import annotations

from dataclasses import replace

from slipway.models import Approval, Question, Release, Replacement, State
from slipway.ports import Ledger
from slipway.releases.live_release import live_release

_PAST_APPROVAL = (State.RELEASING, State.VERIFYING, State.LIVE, State.RETIRED, State.ROLLED_BACK)


def record_question(ledger: Ledger, release_id: str, question: Question) -> Release:
    """Store a question with its release, which then waits, and return it; a known or old question changes nothing.

    A new question starts with no votes, and says which other model is live then. Raises NotFound if there is no such
    release.
    """
    live = live_release(ledger)  # what is shown besides must not keep the question back

    def ask(release: Release) -> Release:
        """Return the release with the question; unchanged if that is stale."""
        return release if _is_stale(release, question) else _replacing(live, _waiting_for_answer(release, question))

    return ledger.change(release_id, ask)


def _replacing(live: Release | None, release: Release) -> Release:
    """Return a release with the live model that it would replace, if it is another one."""
    model = live.model if live and live.model != release.model else ""
    return replace(release, replaces=Replacement(model, release.replaces.reason) if model else Replacement())


def _is_stale(release: Release, question: Question) -> bool:
    """Return whether a question is known, is older than the last one, or comes after the release went on or ended."""
    last = release.approval.question
    # SNS keeps no order: the notice of an earlier attempt may arrive last.
    known = last and (last.token == question.token or last.asked_at >= question.asked_at)
    ended = release.state.ended and question.asked_at <= release.times[release.state]
    return bool(known or ended or release.state in _PAST_APPROVAL)


def _waiting_for_answer(release: Release, question: Question) -> Release:
    """Return a release that waits for an answer to a question, without any votes."""
    return replace(
        release,
        state=State.WAITING,
        times={**release.times, State.WAITING: question.asked_at},
        approval=Approval(question),
        queueing=replace(release.queueing, superseded_by=""),
        reason="",
        log_url="",
    )
