"""Waits for a release to get somewhere."""

from collections.abc import Callable

from rehearsal.errors import RehearsalError
from rehearsal.ledger import Ledger, Release
from rehearsal.watch import Watch

MOVES_WITHIN = 120.0


def moved(
    watch: Watch,
    ledger: Ledger,
    known: set[str],
    state: str,
    release_id: str = "",
    look: Callable[[], None] = lambda: None,
) -> Release:
    """Wait until the release that is not `known`, or the one of this id, has a state; `look` is called each time."""

    def reached() -> Release | None:
        look()
        for release in ledger.releases():
            if release.id == release_id or (not release_id and release.id not in known):
                if release.state != state and release.ended:
                    raise RehearsalError(f"{release.id} was to be {state}, but is {release.state}: {release.reason}")
                return release if release.state == state else None
        return None

    return watch.until(reached, MOVES_WITHIN, f"No release became {state} in {MOVES_WITHIN:.0f} s.")
