"""The review page: evidence, votes, and the form to approve or reject."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from slipway.approvals.validity import loosened
from slipway.approvals.voting import Voting
from slipway.errors import AnswerRefused, ItemUnreadable, NotAuthentic, NotFound
from slipway.models import Ballot, Outcome, Release
from slipway.models.approvals import OVERRIDING
from slipway.models.text import one_line
from slipway.releases.code_diff import since
from slipway.web import times
from slipway.web.authentication import Viewer
from slipway.web.evidence import show_evidence
from slipway.web.history.serialization import serialize_timeline
from slipway.web.history.timeline import PLACES
from slipway.web.personal_links import PersonalLinks
from slipway.web.responses import Response, html, json_response, redirect
from slipway.web.review_status import review_status

LONGEST_REASON = 400  # characters, as many as the modal in Slack takes
_BUTTONS: dict[str, Outcome] = {"approve": "approved", "reject": "rejected"}


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """The page that a link to a review opens."""

    voting: Voting
    links: PersonalLinks

    def show(self, viewer: Viewer, refusal: str = "", reason: str = "") -> Response:
        """Return the page with what there is to decide on.

        After a refused vote, with why and the `reason` that was sent.
        """
        release = self._release(viewer)
        content = {
            "release": release,
            "since": since(self.voting.ledger, release),
            "status": review_status(self.voting.policy, release, viewer.link.question, viewer.person),
            "loosened": loosened(release),
            "first_release": self._nothing_live(),
            "closed": self.voting.calendar.refusal(release, None, viewer.now),
            "overriding": OVERRIDING,
            "refusal": refusal,
            "reason": reason,
            "longest": LONGEST_REASON,
            "token": viewer.token,
            "person": viewer.person.email,
            "home": self.links.history(viewer.person, viewer.now),
            "now": viewer.now,
            "places": PLACES,
            "times": times,
        }
        return html("review", content | show_evidence(self.voting.evidence, release), 409 if refusal else 200)

    def show_json(self, viewer: Viewer, refusal: str = "") -> Response:
        """Return the release, and where its question stands for the viewer, as JSON."""
        release = self._release(viewer)
        status = review_status(self.voting.policy, release, viewer.link.question, viewer.person)
        facts = {
            "person": viewer.person.email,
            "settled": status.settled,
            "ineligibility": status.ineligibility,
            "missing": status.missing,
            "loosened": list(loosened(release)),
            "closed": self.voting.calendar.refusal(release, None, viewer.now),
            "refusal": refusal,
        }
        return json_response(serialize_timeline(release) | facts, 409 if refusal else 200)

    def vote(self, viewer: Viewer, form: Mapping[str, str], *, as_json: bool = False) -> Response:
        """Record the vote in a form, and redirect to the page as it is now, or return that as JSON."""
        reason = form.get("reason", "")
        try:
            ballot = _ballot(viewer, form.get("answer", ""), one_line(reason, LONGEST_REASON))
            self.voting.vote(replace(ballot, acknowledged="seen" in form, override="override" in form), viewer.now)
        except AnswerRefused as refusal:
            told = str(refusal)
            return self.show_json(viewer, told) if as_json else self.show(viewer, told, reason[:LONGEST_REASON])
        return self.show_json(viewer) if as_json else redirect(f"/review?t={viewer.token}")

    def _nothing_live(self) -> bool:
        """Return whether nothing is live yet; False if that cannot be read."""
        try:
            return self.voting.ledger.live() is None
        except (ItemUnreadable, NotFound):  # what is shown besides must not keep the question back
            return False

    def _release(self, viewer: Viewer) -> Release:
        """Return the release that the viewer's link is for; raises NotAuthentic if there is none."""
        try:
            return self.voting.ledger.release(viewer.link.release)
        except NotFound as error:
            raise NotAuthentic("The link's release is not known.") from error


def _ballot(viewer: Viewer, button: str, reason: str) -> Ballot:
    """Return the ballot in a form; raises AnswerRefused without a button, or for a rejection without a reason."""
    link, decision = viewer.link, _BUTTONS.get(button)
    if decision is None:
        raise AnswerRefused("Choose one: approve or reject.")
    if decision == "rejected" and not reason:
        raise AnswerRefused(f"Say in a sentence why {link.release} is not released: its author will read it.")
    return Ballot(link.release, link.question, link.person, decision, "page", reason)
