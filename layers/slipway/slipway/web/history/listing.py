"""A page of the history: which releases are shown, and where the next page begins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from slipway.models import Release, State
from slipway.ports import Ledger

ROWS = 20
DEPTH = 500  # releases that are looked at for one page, and for the figures


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader asked for; empty is everything, from the newest on."""

    model: str = ""
    state: str = ""
    before: str = ""

    def takes(self, release: Release) -> bool:
        """Tell whether a release is asked for."""
        unfinished = self.state == "unfinished" and not release.state.ended
        return self.model in ("", release.model) and (self.state in ("", release.state) or unfinished)


@dataclass(frozen=True, slots=True)
class Listing:
    """Releases of one page; `next` is the release after which the next one begins, empty on the last."""

    releases: tuple[Release, ...]
    next: str


def listing(ledger: Ledger, wanted: Wanted) -> Listing:
    """Choose the releases of a page; of those that match seldom it may have few, and still a next page."""
    looked = ledger.history(wanted.before, DEPTH, wanted.model)
    found = [release for release in looked if wanted.takes(release)]
    if len(found) > ROWS:
        return Listing(tuple(found[:ROWS]), found[ROWS - 1].id)
    return Listing(tuple(found), looked[-1].id if len(looked) == DEPTH else "")


def models(releases: Iterable[Release]) -> list[str]:
    """Name the models that were released."""
    return sorted({release.model for release in releases})


STATES = ("unfinished", *State)
