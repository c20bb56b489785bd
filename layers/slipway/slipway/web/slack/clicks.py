"""What people press on cards: votes, their link to the review page, and going back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from slipway.approvals.rollback import RollbackStart
from slipway.approvals.voting import Voting
from slipway.models import Approver, Ballot, Click, Outcome, Release

type MakeLink = Callable[[Approver, Release], str]

VOTES: dict[str, Outcome] = {"approve": "approved", "rejected": "rejected"}  # `reject` opens the modal `rejected`


@dataclass(frozen=True, slots=True)
class ClickResult:
    """What an action came to: the release that it changed, and a message for the person alone."""

    release: Release | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class ClickHandler:
    """Handles clicks that were acknowledged already; each may be handled again. `review_link` makes personal links."""

    voting: Voting
    rollback: RollbackStart
    review_link: MakeLink

    def handle(self, click: Click, now: datetime) -> ClickResult:
        """Do what a click asks for, and return the outcome; raises AnswerRefused with the reason for the person."""
        release, _, argument = click.value.partition(" ")
        match click.action:
            case "approve" | "rejected":
                ballot = Ballot(release, argument, click.user, VOTES[click.action], "slack", click.reason)
                return ClickResult(self.voting.vote(ballot, now))
            case "not_asked":
                message = "Slack did not open the window in time, and nothing was rejected: press Reject once more."
                return ClickResult(message=message)
            case "review":
                return ClickResult(message=self._review_link(click.user, release))
            case "back":
                opened = self.rollback.start(click.user, release, argument, "", now)
                message = self.rollback.message.format(release=opened.id, target=argument)
                return ClickResult(opened, message)
        return ClickResult()

    def _review_link(self, user: str, release_id: str) -> str:
        """Return the message with the person's link to a release's review page."""
        person, release = self.voting.policy.require(user), self.voting.ledger.release(release_id)
        return f"<{self.review_link(person, release)}|Review {release.id}>: the link is yours alone."
