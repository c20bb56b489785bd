"""The history pages: the list with its figures, a release's story, its evidence, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import quote, urlencode

from slipway.errors import AnswerRefused, NotFound
from slipway.models import Json, Release, State
from slipway.releases.code_diff import since
from slipway.smoke.report.page import parts
from slipway.web import times
from slipway.web.authentication import Reader
from slipway.web.history import document, figures
from slipway.web.history.listing import DEPTH, STATES, Listing, Wanted, listing, models
from slipway.web.history.story import story
from slipway.web.responses import Response, json, onwards, page
from slipway.web.review.review import REASON, Review

ONCE_LIVE = (State.RETIRED, State.ROLLED_BACK)


class Back(Protocol):
    """Releases anew what was live before."""

    def go(self, person: str, live: str, target: str, reason: str, now: datetime) -> Release:
        """Open a release that goes back to a target, or raise AnswerRefused with the reason for the person."""


@dataclass(frozen=True, slots=True)
class HistoryPages:
    """The pages that a link to the history opens."""

    review: Review
    back: Back

    def list(self, reader: Reader, wanted: Wanted, *, as_json: bool) -> Response:
        """Show a page of the list, and the figures of the last weeks."""
        ledger = self.review.panel.ledger
        newest = ledger.history(limit=DEPTH)
        recent = [release for release in newest if wanted.model in ("", release.model)]
        shown, summed = listing(ledger, wanted), figures.figures(recent, reader.now)
        if as_json:
            return json(document.listed(shown, summed))
        content = {"figures": summed, "recent": recent, "models": models(newest)}
        return self._list(reader, wanted, shown, content)

    def _list(self, reader: Reader, wanted: Wanted, shown: Listing, content: Json) -> Response:
        from slipway.web.history import plots

        chosen = {"model": wanted.model, "state": wanted.state}
        ways = {
            "json": _address(reader, "/history.json", before=wanted.before, **chosen),
            "newest": _address(reader, "/history", **chosen),
            "older": _address(reader, "/history", before=shown.next, **chosen),
            "addresses": {one.id: _address(reader, _story(one.id)) for one in shown.releases},
            "returns": {one.id for one in shown.releases if self._replaceable(one)},
        }
        asked = {"here": True, "listing": shown, "wanted": wanted, "states": STATES}
        return page("history", _of(reader) | ways | asked | content | {"measures": figures, "plots": plots})

    def story(self, reader: Reader, release_id: str, refusal: str = "", reason: str = "") -> Response:
        """Tell a release's story; with a `refusal` of the `reason` that was given just now for going back."""
        release = self._release(release_id)
        place = _story(release.id)
        content = {
            "release": release,
            "since": since(self.review.panel.ledger, release),
            "steps": story(release),
            "evidence": {target: _address(reader, f"{place}/{target}") for target in release.smoke},
            "json": _address(reader, f"{place}.json"),
            "live": self._replaceable(release),
            "refusal": refusal,
            "reason": reason,
            "longest": REASON,
        }
        return page("story", _of(reader) | content, 409 if refusal else 200)

    def told(self, release_id: str) -> Response:
        """Tell a release's story as JSON."""
        return json(document.told(self._release(release_id)))

    def evidence(self, reader: Reader, release_id: str, target: str) -> Response:
        """Show the evidence of a smoke test."""
        release = self._release(release_id)
        found = self.review.evidence(release, target)
        if found is None:
            raise NotFound(f"{release.id} has no evidence of {target} that can be read.")
        content = {"release": release, "evidence": found, "story": _address(reader, _story(release.id))}
        return page("evidence", _of(reader) | parts() | content)

    def go_back(self, reader: Reader, live: str, target: str, reason: str) -> Response:
        """Release anew what was live once, and show what has been opened for it."""
        release, said = self._release(target), " ".join(reason.split())[:REASON]
        try:
            if not said:
                raise AnswerRefused("Say in a sentence why production goes back: the new release will show it.")
            opened = self.back.go(reader.person.email, live, release.id, said, reader.now)
        except AnswerRefused as why:
            return self.story(reader, release.id, str(why), said)
        return onwards(_address(reader, _story(opened.id)))

    def _release(self, release_id: str) -> Release:
        return self.review.panel.ledger.release(release_id)

    def _replaceable(self, release: Release) -> str:
        """Name what production runs, if it can go back to this release; else nothing."""
        if release.state not in ONCE_LIVE:
            return ""
        live = self.review.panel.ledger.live()
        return live.id if live and live.id != release.id else ""


def _of(reader: Reader) -> Json:
    """Give what every page has: whom it is for, and the way to the list."""
    home = _address(reader, "/history")
    return {"home": home, "person": reader.person.email, "token": reader.token, "times": times}


def _story(release_id: str) -> str:
    return f"/history/{quote(release_id)}"


def _address(reader: Reader, path: str, **asked: str) -> str:
    """Write an address that carries the reader's link on."""
    return f"{path}?{urlencode({'t': reader.token} | {name: value for name, value in asked.items() if value})}"
