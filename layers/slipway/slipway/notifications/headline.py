"""The headline of a release: its state in a sentence."""

from __future__ import annotations

from slipway.models import Release, State
from slipway.models.text import named

_SIGNS = {
    State.LIVE: "🟢",
    State.WAITING: "🟡",
    State.REFUSED: "⛔",
    State.FAILED: "🔴",
    State.REJECTED: "⛔",
    State.ROLLED_BACK: "🔴",
}
_SENTENCES = {
    State.RECEIVED: "Received; the pipeline starts.",
    State.BUILDING: "The image is being built.",
    State.STAGING: "On its way to staging.",
    State.TESTING: "On staging; the smoke test runs.",
    State.WAITING: "Waiting for an answer.",
    State.RELEASING: "On its way to production.",
    State.VERIFYING: "On production; being verified.",
    State.LIVE: "Live.",
    State.REFUSED: "Refused.",
    State.FAILED: "Failed.",
    State.REJECTED: "Rejected.",
    State.SUPERSEDED: "Superseded by a newer one.",
    State.EXPIRED: "Nobody answered in time.",
    State.STOPPED: "Stopped.",
    State.ROLLED_BACK: "Rolled back.",
    State.RETIRED: "Retired: a newer one is live.",
}


def headline(release: Release) -> str:
    """Return one line of plain text: an emoji, the release, and where it stands."""
    return f"{_SIGNS.get(release.state, '🔵')} {named(release.id)}: {_sentence(release)}"


def _sentence(release: Release) -> str:
    """Return where a release stands, in a sentence."""
    if release.state is State.SUPERSEDED and release.queueing.superseded_by:
        return f"Superseded by {named(release.queueing.superseded_by)}."
    if release.state is State.BUILDING and release.queueing.blocked_by:
        return f"Built; waits for {named(release.queueing.blocked_by)} to be answered."
    if release.state is State.WAITING and release.approval.pending_decision:
        return "Answered; the pipeline is being told."
    if release.state is State.WAITING and not release.accepts_votes and release.approval.question:
        return "Answered; the pipeline goes on."
    if release.state is State.WAITING and release.failed_on_staging:
        return "Do not approve: its smoke test has not passed."
    return _SENTENCES[release.state]
