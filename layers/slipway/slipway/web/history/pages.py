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
        """Return a page of the list of releases, with the metrics of the last weeks, as HTML or JSON."""
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
            "addresses": {release.id: _page_path(viewer, release.id) for release in listing.releases},
            "replaceable": {release.id for release in listing.releases if self._replaceable(release)},
            "newest": _page_path(viewer, **kept),
            "older": _page_path(viewer, before=listing.next, **kept),
            "json": _page_path(viewer, suffix=".json", before=chosen.before, **kept),
            "summed": summed,
            "recent": recent,
            "metrics": metrics,
            "plots": plots,
        }
        return html("history", _common_content(viewer) | content)

    def release(self, viewer: Viewer, release_id: str, refusal: str = "", reason: str = "") -> Response:
        """Return the page of a release; after a refused rollback with the refusal, and the `reason` that was sent."""
        release = self.ledger.release(release_id)
        content = {
            "release": release,
            "since": since(self.ledger, release),
            "steps": timeline(release),
            "evidence": {target: _page_path(viewer, release.id, target) for target in release.smoke},
            "json": _page_path(viewer, release.id, suffix=".json"),
            "live": self._replaceable(release),
            "refusal": refusal,
            "reason": reason,
            "longest": LONGEST_REASON,
        }
        return html("release", _common_content(viewer) | content, 409 if refusal else 200)

    def release_json(self, release_id: str, refusal: str = "") -> Response:
        """Return a release and its timeline as JSON, with the live release that one can go back to it from."""
        release = self.ledger.release(release_id)
        content = serialize_timeline(release) | {"live": self._replaceable(release), "refusal": refusal}
        return json_response(content, 409 if refusal else 200)

    def evidence(self, viewer: Viewer, release_id: str, target: str) -> Response:
        """Return the page with the evidence of a smoke test; raises NotFound."""
        release = self.ledger.release(release_id)
        if target not in release.smoke:
            raise NotFound(f"{release.id} was not tested on {target}.")
        content = {"release": release, "target": target, "back": _page_path(viewer, release.id)}
        shown = show_evidence(self.store, release, target)
        return html("release_evidence", _common_content(viewer) | content | shown, 200 if shown["evidence"] else 409)

    def go_back(self, viewer: Viewer, live: str, target: str, reason: str, *, as_json: bool = False) -> Response:
        """Open a release that goes back from `live` to `target`, and redirect to it; if refused, show why.

        A program gets either as JSON.
        """
        self.ledger.release(target)  # NotFound is a page, not a refusal
        kept = one_line(reason, LONGEST_REASON)
        try:
            if not kept:
                raise AnswerRefused("Say in a sentence why production goes back: the new release will show it.")
            opened = self.rollback.start(viewer.person.email, live, target, kept, viewer.now)
        except AnswerRefused as refusal:
            told = str(refusal)
            return self.release_json(target, told) if as_json else self.release(viewer, target, told, kept)
        if as_json:
            return self.release_json(opened.id)
        return redirect(_page_path(viewer, opened.id))

    def _replaceable(self, release: Release) -> str:
        """Return the id of the live release if production can go back from it to this one; empty if not."""
        if release.state not in (State.RETIRED, State.ROLLED_BACK):
            return ""
        live = self.ledger.live()
        if live is None or live.id == release.id or live.replaced_version:  # of an existing pipeline: see the live one
            return ""
        return live.id


def _common_content(viewer: Viewer) -> Json:
    """Return what every page needs: whom it is for, and the link to the list."""
    return {"home": _page_path(viewer), "person": viewer.person.email, "token": viewer.token, "times": times}


def _page_path(viewer: Viewer, *path: str, suffix: str = "", **query: str) -> str:
    """Return the path of a page below `/history`, with the viewer's token in it; empty parameters are left out."""
    given = {name: value for name, value in query.items() if value}
    return "/".join(("/history", *map(quote, path))) + f"{suffix}?{urlencode({'t': viewer.token} | given)}"
