"""Whether a release still takes a vote, and what is known of it to whoever votes."""

from __future__ import annotations

from slipway.errors import AnswerRefused, NotFound
from slipway.models import Release, State, Vote
from slipway.models.email_addresses import same_address
from slipway.ports import Ledger


def known_release(ledger: Ledger, release_id: str) -> Release:
    """Return a release that a person named; raises AnswerRefused if there is none."""
    try:
        return ledger.release(release_id)
    except NotFound as error:
        raise AnswerRefused(f"There is no release {release_id}.") from error


def require_open(release: Release, question: str) -> None:
    """Raise AnswerRefused, with the reason for the person, unless a release still waits for an answer to `question`."""
    approval = release.approval
    decision = approval.decision or approval.pending_decision
    if decision and decision.source == "slipway":
        raise AnswerRefused(f"{release.id} is not waiting for an answer any more: {decision.reason}")
    if approval.decision:
        raise AnswerRefused(f"{release.id} was already {approval.decision.outcome} by {approval.decision.by}.")
    if release.state is not State.WAITING or approval.question is None:
        raise AnswerRefused(f"{release.id} is not waiting for an answer: it is {release.state}.")
    if approval.question.id != question:
        raise AnswerRefused(f"{release.id} was asked about again since: answer the newest question about it.")
    if approval.question.closed:
        raise AnswerRefused(f"The question about {release.id} has been answered elsewhere or has expired.")
    if decision:
        raise AnswerRefused(f"{release.id} is just being {decision.outcome} by {decision.by}.")


def has_voted(release: Release, vote: Vote) -> bool:
    """Return whether the person has already voted like this."""
    return any(
        same_address(other.by, vote.by) and (other.outcome, other.override) == (vote.outcome, vote.override)
        for other in release.approval.votes
    )


def loosened(release: Release) -> tuple[str, ...]:
    """Return a sentence for each thing that the uploader's suite took from the suite of record."""
    smoke = release.smoke.get("staging")
    return smoke.loosened if smoke else ()
