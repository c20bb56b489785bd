"""What people do on cards: votes, and the way to the review page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from slipway.approvals.panel import Panel
from slipway.models import Ballot, Click, Decision, Release

VOTES: dict[str, Decision] = {"approve": "approved", "rejected": "rejected"}  # `reject` opens the modal `rejected`


@dataclass(frozen=True, slots=True)
class Clicks:
    """Handles what was acknowledged already; every step can be repeated."""

    panel: Panel

    def handle(self, click: Click, now: datetime) -> Release | None:
        """Take a vote; None if the click decides nothing."""
        if click.action not in VOTES:
            return None
        release, _, question = click.value.partition(" ")
        ballot = Ballot(release, question, click.user, VOTES[click.action], "slack", click.reason)
        return self.panel.vote(ballot, now)


def value_of(release: Release) -> str:
    """Give what a button carries: the release, and the question that it answers."""
    return f"{release.id} {release.approval.question}" if release.approval else release.id
