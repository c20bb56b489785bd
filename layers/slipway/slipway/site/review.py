"""The review page as it is shown and as its form is answered."""

from __future__ import annotations

from dataclasses import dataclass

from slipway.commits import since
from slipway.errors import AnswerRefused, NotAuthentic, NotFound
from slipway.history.story import PLACES
from slipway.links import Links
from slipway.models import Release
from slipway.review import REASON, Review
from slipway.site import times
from slipway.site.readers import Reader
from slipway.site.responses import Response, onwards, page
from slipway.smoke.report.page import parts


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
