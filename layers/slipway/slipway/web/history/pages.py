"""The history pages: the list with delivery metrics, a release with its timeline, evidence, and going back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import quote, urlencode

from slipway.errors import AnswerRefused, NotFound
from slipway.models import Json, Release, State
from slipway.models.text import one_line
from slipway.ports import Ledger
from slipway.releases.code_diff import since
from slipway.smoke.evidence_store import EvidenceStore
from slipway.web import times
from slipway.web.authentication import Viewer
from slipway.web.evidence import show_evidence
from slipway.web.history import metrics
from slipway.web.history.paging import DEPTH, STATES, Filter, list_releases
from slipway.web.history.serialization import serialize_listing, serialize_timeline
from slipway.web.history.timeline import timeline
from slipway.web.responses import Response, html, json_response, redirect
from slipway.web.review import LONGEST_REASON


class Rollback(Protocol):
    """Releases once more what was live before."""

    def start(self, person: str, live: str, target: str, reason: str, now: datetime) -> Release:
        """Open a release that goes back to a target, or raise AnswerRefused with the reason for the person."""


@dataclass(frozen=True, slots=True)
class HistoryPages:
    """The pages that a link to the history opens."""

    ledger: Ledger
    store: EvidenceStore
    rollback: Rollback

    def list(self, viewer: Viewer, chosen: Filter, *, as_json: bool) -> Response:
        """Show a page of the list, and the metrics of the last weeks."""
        newest = self.ledger.history(limit=DEPTH)
        recent = [release for release in newest if chosen.model in ("", release.model)]
        listing, summed = list_releases(self.ledger, chosen), metrics.delivery_metrics(recent, viewer.now)
        if as_json:
            return json_response(serialize_listing(listing, summed))
        from slipway.web.history import plots

        kept = {"model": chosen.model, "state": chosen.state}
        content = {
            "here": True,
            "listing": listing,
            "chosen": chosen,
            "models": sorted({release.model for release in newest}),
            "states": STATES,
            "addresses": {release.id: _address(viewer, release.id) for release in listing.releases},
            "replaceable": {release.id for release in listing.releases if self._replaceable(release)},
            "newest": _address(viewer, **kept),
            "older": _address(viewer, before=listing.next, **kept),
            "json": _address(viewer, suffix=".json", before=chosen.before, **kept),
            "summed": summed,
            "recent": recent,
            "metrics": metrics,
            "plots": plots,
        }
        return html("history", _common(viewer) | content)

    def release(self, viewer: Viewer, release_id: str, refusal: str = "", reason: str = "") -> Response:
        """Show a release; after a refused way back, with the refusal and the `reason` that was sent."""
        release = self.ledger.release(release_id)
        content = {
            "release": release,
            "since": since(self.ledger, release),
            "steps": timeline(release),
            "evidence": {target: _address(viewer, release.id, target) for target in release.smoke},
            "json": _address(viewer, release.id, suffix=".json"),
            "live": self._replaceable(release),
            "refusal": refusal,
            "reason": reason,
            "longest": LONGEST_REASON,
        }
        return html("release", _common(viewer) | content, 409 if refusal else 200)

    def release_json(self, release_id: str) -> Response:
        """Return a release and its timeline as JSON."""
        return json_response(serialize_timeline(self.ledger.release(release_id)))

    def evidence(self, viewer: Viewer, release_id: str, target: str) -> Response:
        """Show the evidence of a smoke test."""
        release = self.ledger.release(release_id)
        if target not in release.smoke:
            raise NotFound(f"{release.id} was not tested on {target}.")
        content = {"release": release, "target": target, "back": _address(viewer, release.id)}
        shown = show_evidence(self.store, release, target)
        return html("release_evidence", _common(viewer) | content | shown, 200 if shown["evidence"] else 409)

    def go_back(self, viewer: Viewer, live: str, target: str, reason: str) -> Response:
        """Open a release that goes back to what was live once, and redirect to it."""
        self.ledger.release(target)  # NotFound is a page, not a refusal
        kept = one_line(reason, LONGEST_REASON)
        try:
            if not kept:
                raise AnswerRefused("Say in a sentence why production goes back: the new release will show it.")
            opened = self.rollback.start(viewer.person.email, live, target, kept, viewer.now)
        except AnswerRefused as refusal:
            return self.release(viewer, target, str(refusal), kept)
        return redirect(_address(viewer, opened.id))

    def _replaceable(self, release: Release) -> str:
        """Return the id of the live release, if production can go back from it to this one; else nothing."""
        if release.state not in (State.RETIRED, State.ROLLED_BACK):
            return ""
        live = self.ledger.live()
        return live.id if live and live.id != release.id else ""


def _common(viewer: Viewer) -> Json:
    """Return what every page shows: whom it is for, and the link to the list."""
    return {"home": _address(viewer), "person": viewer.person.email, "token": viewer.token, "times": times}


def _address(viewer: Viewer, *path: str, suffix: str = "", **query: str) -> str:
    """Return the address of a page below `/history` with the viewer's link in it; empty parameters are left out."""
    given = {name: value for name, value in query.items() if value}
    return "/".join(("/history", *map(quote, path))) + f"{suffix}?{urlencode({'t': viewer.token} | given)}"
