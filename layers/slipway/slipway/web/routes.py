"""Which page an address is; only a POST with the link in its body changes anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from slipway.errors import NotAuthentic, NotFound
from slipway.web import responses
from slipway.web.authentication import Door, Reader
from slipway.web.history.listing import Wanted
from slipway.web.history.page import HistoryPages
from slipway.web.links import Purpose
from slipway.web.requests import Visit
from slipway.web.responses import Response
from slipway.web.review.page import ReviewPage


@dataclass(frozen=True, slots=True)
class Site:
    """All pages, and the door to them."""

    door: Door
    review: ReviewPage
    history: HistoryPages

    def answer(self, visit: Visit, now: datetime) -> Response:
        """Answer a visit; every link that opens nothing is answered alike."""
        try:
            return self._answered(visit, now)
        except NotAuthentic:
            return responses.closed()
        except NotFound:
            return responses.missing()

    def _answered(self, visit: Visit, now: datetime) -> Response:
        place, *rest = unquote(visit.path).strip("/").split("/")
        match visit.method, place, rest:
            case (("GET" | "HEAD"), "review", []):
                return self.review.show(self._reader(visit.asked, "review", now))
            case "POST", "review", []:
                reader = self._writer(visit, "review", now)
                return self.review.decide(reader, visit.sent.get("answer", ""), visit.sent.get("reason", ""))
            case "POST", "back", []:
                reader = self._writer(visit, "history", now)
                live, target, reason = (visit.sent.get(name, "") for name in ("live", "target", "reason"))
                return self.history.go_back(reader, live, target, reason)
            case (("GET" | "HEAD"), ("history" | "history.json"), _):
                reader = self._reader(visit.asked, "history", now)
                return self._told(reader, visit, rest)
        raise NotFound("There is no such page.")

    def _told(self, reader: Reader, visit: Visit, rest: list[str]) -> Response:
        as_json = visit.path.endswith(".json") or visit.asked.get("format") == "json"
        match [part.removesuffix(".json") for part in rest]:
            case []:
                wanted = Wanted(*(visit.asked.get(name, "") for name in ("model", "state", "before")))
                return self.history.list(reader, wanted, as_json=as_json)
            case [release]:
                return self.history.told(release) if as_json else self.history.story(reader, release)
            case [release, target]:
                return self.history.evidence(reader, release, target)
        raise NotFound("There is no such page.")

    def _reader(self, told: dict[str, str], purpose: Purpose, now: datetime) -> Reader:
        return self.door.open(told.get("t", ""), purpose, now)

    def _writer(self, visit: Visit, purpose: Purpose, now: datetime) -> Reader:
        """Open the link in a form's body: one in its address alone could be sent by any site that knows it."""
        if visit.foreign:
            raise NotAuthentic("Another site sent this form.")
        return self._reader(visit.sent, purpose, now)
