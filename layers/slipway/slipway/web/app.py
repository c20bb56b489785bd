"""The web app: finds the page of a request; only a POST with the link in its form changes anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from slipway.errors import NotAuthentic, NotFound
from slipway.web.authentication import Authenticator, Viewer
from slipway.web.history.pages import HistoryPages
from slipway.web.history.paging import Filter
from slipway.web.page_request import PageRequest
from slipway.web.personal_links import Purpose
from slipway.web.responses import Response, forbidden, not_found
from slipway.web.review import ReviewPage


@dataclass(frozen=True, slots=True)
class WebApp:
    """All pages, behind the authenticator."""

    authenticator: Authenticator
    review: ReviewPage
    history: HistoryPages

    def respond(self, request: PageRequest, now: datetime) -> Response:
        """Return the response to a request; every link that is not valid gets the same one."""
        try:
            return self._route(request, now)
        except NotAuthentic:
            return forbidden()
        except NotFound:
            return not_found()

    def _route(self, request: PageRequest, now: datetime) -> Response:
        """Return the page for a path and a method; raises NotAuthentic, or NotFound."""
        page, *path = unquote(request.path).strip("/").split("/")
        form = request.form
        match request.method, page, path:
            case (("GET" | "HEAD"), "review", []):
                viewer = self._viewer(request.query, "review", now)
                return self.review.show_json(viewer) if request.wants_json else self.review.show(viewer)
            case "POST", "review", []:
                voter = self._sender(request, "review", now)
                return self.review.vote(voter, form, as_json=request.wants_json)
            case "POST", "back", []:
                sender = self._sender(request, "history", now)
                live, target, reason = (form.get(name, "") for name in ("live", "target", "reason"))
                return self.history.go_back(sender, live, target, reason, as_json=request.wants_json)
            case (("GET" | "HEAD"), ("history" | "history.json"), _):
                return self._history(self._viewer(request.query, "history", now), request, path)
        raise NotFound("There is no such page.")

    def _history(self, viewer: Viewer, request: PageRequest, path: list[str]) -> Response:
        """Return a page below `/history`, or its JSON; raises NotFound."""
        query = request.query
        as_json = request.wants_json or request.path.endswith(".json") or query.get("format") == "json"
        match [part.removesuffix(".json") for part in path]:
            case []:
                chosen = Filter(*(query.get(name, "") for name in ("model", "state", "before")))
                return self.history.list(viewer, chosen, as_json=as_json)
            case [release]:
                return self.history.release_json(release) if as_json else self.history.release(viewer, release)
            case [release, target]:
                return self.history.evidence(viewer, release, target)
        raise NotFound("There is no such page.")

    def _viewer(self, fields: dict[str, str], purpose: Purpose, now: datetime) -> Viewer:
        """Return the viewer whom the token `t` among some fields proves; raises NotAuthentic."""
        return self.authenticator.authenticate(fields.get("t", ""), purpose, now)

    def _sender(self, request: PageRequest, purpose: Purpose, now: datetime) -> Viewer:
        """Return the viewer whom the token in a form proves, if our own page sent it; raises NotAuthentic."""
        if request.cross_site:
            raise NotAuthentic("Another site sent this form.")
        return self._viewer(request.form, purpose, now)
