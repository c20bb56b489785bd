"""The states of a release, and the verdicts of its smoke tests."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """The state of a release; an unfinished release only moves down this list."""

    RECEIVED = "received"
    BUILDING = "building"
    STAGING = "staging"
    TESTING = "testing"
    WAITING = "waiting"
    RELEASING = "releasing"
    VERIFYING = "verifying"
    LIVE = "live"
    REFUSED = "refused"
    FAILED = "failed"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    STOPPED = "stopped"
    ROLLED_BACK = "rolled_back"
    RETIRED = "retired"

    @property
    def ended(self) -> bool:
        """Whether the release has ended; a retried stage may still revive it, and a newer live release replace it."""
        return list(State).index(self) >= list(State).index(State.LIVE)

    @property
    def open_to_another(self) -> bool:
        """Whether the same content, uploaded again, gets another release: nobody has said no to it."""
        return self.ended and self not in (State.LIVE, State.REFUSED, State.REJECTED)


class Verdict(StrEnum):
    """What a smoke test says of a build; `inconclusive` means that it could not be judged."""

    PASSED = "passed"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"
