"""Counting requests: what was answered, and how fast, in a memory that does not grow with their number."""

from __future__ import annotations

from dataclasses import dataclass, field

from slipway.errors import TooSlow, Unreachable
from slipway.models import Verdict

GIVE_UP = 20  # requests in a row without an answer: the rest would get none either


@dataclass(slots=True)
class RequestTally:
    """Requests so far: `unreachable` ones got no answer, `timeouts` none in time; `reason` is the last one's.

    `consecutive_unanswered` counts both since the last answer.
    """

    asked: int = 0
    seconds: float = 0
    unreachable: int = 0
    timeouts: int = 0
    consecutive_unanswered: int = 0
    reason: str = ""

    @property
    def gave_up(self) -> bool:
        """Whether GIVE_UP requests in a row got no answer, so that the rest is not sent."""
        return self.consecutive_unanswered >= GIVE_UP

    @property
    def verdict_on_giving_up(self) -> Verdict:
        """Failed if the answers came too late, which the suite limits; inconclusive if there were none."""
        return Verdict.FAILED if self.timeouts >= GIVE_UP else Verdict.INCONCLUSIVE

    def count_unanswered(self, error: Unreachable) -> None:
        """Count a request that got no answer, or none in time, and keep why."""
        self.consecutive_unanswered += 1
        self.reason = str(error)
        if isinstance(error, TooSlow):
            self.timeouts += 1
        else:
            self.unreachable += 1


@dataclass(slots=True)
class LatencyTally(RequestTally):
    """The times so far: the buckets of both histograms, and how many answers were no 2xx."""

    not_2xx: int = 0
    attempt: int = 1
    target: dict[str, int] = field(default_factory=dict)
    production: dict[str, int] = field(default_factory=dict)
