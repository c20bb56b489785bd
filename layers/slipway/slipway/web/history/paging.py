"""A page of the list of releases: which ones are shown, and where the next page begins."""

from __future__ import annotations

from dataclasses import dataclass

from slipway.models import Release, State
from slipway.ports import Ledger

ROWS = 20
DEPTH = 500  # releases that are read for one page, and for the metrics
STATES = ("unfinished", *State)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a viewer asked for; empty is everything, from the newest on."""

    model: str = ""
    state: str = ""
    before: str = ""

    def matches(self, release: Release) -> bool:
        """Return whether a release is one of those asked for."""
        unfinished = self.state == "unfinished" and not release.state.ended
        return self.model in ("", release.model) and (self.state in ("", release.state) or unfinished)


@dataclass(frozen=True, slots=True)
class Listing:
    """The releases of one page; `next` is the release after which the next page begins, empty on the last."""

    releases: list[Release]
    next: str


def list_releases(ledger: Ledger, chosen: Filter) -> Listing:
    """Return a page of the releases asked for; it may be short, and still have a next one."""
    read = ledger.history(chosen.before, DEPTH, chosen.model)
    found = [release for release in read if chosen.matches(release)]
    if len(found) > ROWS:
        return Listing(found[:ROWS], found[ROWS - 1].id)
    return Listing(found, read[-1].id if len(read) == DEPTH else "")
