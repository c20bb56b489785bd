"""What people do on cards: votes, the way to the review page, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from slipway.approvals.rollback import WayBack
from slipway.approvals.voting import Panel
from slipway.models import Approver, Ballot, Click, Decision, Release

type Link = Callable[[Approver, Release], str]

VOTES: dict[str, Decision] = {"approve": "approved", "rejected": "rejected"}  # `reject` opens the modal `rejected`


@dataclass(frozen=True, slots=True)
class Done:
    """What a click came to: the release that it moved, and a word for the person alone."""

    release: Release | None = None
    say: str = ""


@dataclass(frozen=True, slots=True)
class Clicks:
    """Handles what was acknowledged already; every step can be repeated. `link` makes personal links."""

    panel: Panel
    back: WayBack
    link: Link

    def handle(self, click: Click, now: datetime) -> Done:
        """Do what a click asks for; AnswerRefused says why it is not done."""
        named, _, about = click.value.partition(" ")
        if click.action in VOTES:
            ballot = Ballot(named, about, click.user, VOTES[click.action], "slack", click.reason)
            return Done(self.panel.vote(ballot, now))
        if click.action == "not_asked":
            return Done(say="Slack did not open the window in time, and nothing was rejected: press Reject once more.")
        if click.action == "review":
            return self._review(click.user, named)
        if click.action == "back":
            return self._back(click.user, named, about, now)
        return Done()

    def _review(self, user: str, release_id: str) -> Done:
        """Give a person their own way to the review page."""
        person, release = self.panel.policy.approver(user), self.panel.ledger.release(release_id)
        return Done(say=f"<{self.link(person, release)}|Review {release.id}>: the link is yours alone.")

    def _back(self, user: str, live: str, target: str, now: datetime) -> Done:
        release = self.back.go(user, live, target, "", now)
        return Done(release, f"{release.id} is on its way: what {target} was, tested and approved like any other.")
