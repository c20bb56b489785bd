"""Shows a release's way through the ledger as steps: each state with the time it took."""

from textwrap import shorten

from rehearsal.display import Display, Step
from rehearsal.ledger import ENDS, Release

LONGEST_REASON = 140


class Timeline:
    """The block of one release; it begins while the upload is still settling.

    An end that is not among the expected `ends` stays unfinished, for the display to show as what went wrong.
    """

    def __init__(self, display: Display, upload: str, ends: frozenset[str]) -> None:
        self._display = display
        self._ends = ends
        self._current = display.begin("uploaded", upload)
        self._shown: list[str] = []

    @property
    def current(self) -> Step:
        """The step that is running now."""
        return self._current

    def show(self, release: Release) -> None:
        """Show the states that are new; one that the ledger learns of only after the next is left out."""
        path = release.path()
        known = path.index(self._shown[-1]) + 1 if self._shown else 0
        for state in path[known:]:
            self._finish_current(release)
            self._shown.append(state)
            self._begin(release, state)

    def _finish_current(self, release: Release) -> None:
        note = _note(release, self._shown[-1]) if self._shown else self._current.note
        self._display.done(self._current, note)

    def _begin(self, release: Release, state: str) -> None:
        self._current = self._display.begin(state, _note(release, state) if state in ENDS else "")
        if state in self._ends:
            self._display.done(self._current, _note(release, state), release.seconds)


def _note(release: Release, state: str) -> str:
    """What there is to say about a state that is over."""
    notes = {
        "received": f"{release.id} · {release.candidate}",
        "testing": str(release.smoke.get("staging", "")),
        "waiting": f"{release.decision} by {release.answered_by}" if release.answered_by else "",
        "verifying": str(release.smoke.get("production", "")),
        "live": "in all",
    }
    return notes.get(state, shorten(release.reason, LONGEST_REASON, placeholder=" …") if state in ENDS else "")
