"""The review page as it is shown and as its form is answered."""

from __future__ import annotations

from dataclasses import dataclass

from slipway.errors import AnswerRefused, NotAuthentic, NotFound
from slipway.models import Release
from slipway.releases.code_diff import since
from slipway.smoke.report.page import parts
from slipway.web import times
from slipway.web.authentication import Reader
from slipway.web.history.story import PLACES
from slipway.web.links import Links
from slipway.web.responses import Response, onwards, page
from slipway.web.review.review import REASON, Review


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """The page that a link to a review opens."""

    review: Review
    links: Links

    def show(self, reader: Reader, refusal: str = "", reason: str = "") -> Response:
        """Show what there is to decide on; with a `refusal` of the `reason` that was given just now."""
        release = self._release(reader)
        content = {
            "release": release,
            "since": since(self.review.panel.ledger, release),
            "standing": self.review.standing(release, reader.link, reader.person),
            "evidence": self.review.evidence(release),
            "required": self.review.panel.policy.required,
            "refusal": refusal,
            "reason": reason,
            "longest": REASON,
            "token": reader.token,
            "person": reader.person.email,
            "home": self.links.history(reader.person, reader.now),
            "now": reader.now,
            "places": PLACES,
            "times": times,
        }
        return page("review", parts() | content, 409 if refusal else 200)

    def decide(self, reader: Reader, button: str, reason: str) -> Response:
        """Take an answer, and show what has become of the question."""
        try:
            self.review.decide(reader.link, button, reason, reader.now)
        except AnswerRefused as why:
            return self.show(reader, str(why), reason[:REASON])
        return onwards(f"/review?t={reader.token}")

    def _release(self, reader: Reader) -> Release:
        try:
            return self.review.panel.ledger.release(reader.link.release)
        except NotFound as error:
            raise NotAuthentic("The link's release is not known.") from error
