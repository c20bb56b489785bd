"""The releases as Slipway's ledger has them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

ON_THE_WAY = ("received", "building", "staging", "testing", "waiting", "releasing", "verifying")
ENDS = ("live", "refused", "failed", "rejected", "superseded", "expired", "stopped", "rolled_back", "retired")
RANK = {state: rank for rank, state in enumerate(ON_THE_WAY + ENDS)}


@dataclass(frozen=True, slots=True)
class Smoke:
    """How many checks of a smoke test passed and failed."""

    passed: int = 0
    failed: int = 0

    def __str__(self) -> str:
        return f"{self.passed} passed" + (f", {self.failed} failed" if self.failed else "")


@dataclass(frozen=True, slots=True)
class Release:
    """A release in the ledger; `times` holds when each state was first reached."""

    id: str
    candidate: str
    model: str
    prefix: str
    state: str
    times: dict[str, datetime]
    reason: str = ""
    smoke: dict[str, Smoke] = field(default_factory=dict)
    answered_by: str = ""
    decision: str = ""

    @classmethod
    def read(cls, item: Mapping[str, Any]) -> "Release":
        """Read an item of the table, as boto3's table resource returns it."""
        decision = item.get("approval", {}).get("decision") or {}
        return cls(
            id=item["release"],
            candidate=item["candidate"],
            model=item["model"],
            prefix=item.get("prefix") or "",
            state=item["state"],
            times={state: datetime.fromisoformat(time) for state, time in item.get("times", {}).items()},
            reason=item.get("reason") or "",
            smoke={target: _smoke(counts) for target, counts in (item.get("smoke") or {}).items()},
            answered_by=decision.get("by", ""),
            decision=decision.get("outcome", ""),
        )

    def path(self) -> list[str]:
        """The states it went through, in their order: events count whole seconds, so times cannot tell it."""
        return sorted(self.times, key=lambda state: RANK.get(state, len(RANK)))

    @property
    def ended(self) -> bool:
        """Whether the pipeline will not move it any further."""
        return self.state in ENDS

    @property
    def asked(self) -> bool:
        """Whether anybody was asked to approve it."""
        return "waiting" in self.times

    @property
    def seconds(self) -> float:
        """How long it took from its receipt to its end; being retired later does not count."""
        reached = [time for state, time in self.times.items() if state != "retired"]
        return (max(reached) - min(reached)).total_seconds() if reached else 0.0


def _smoke(counts: Mapping[str, Any]) -> Smoke:
    return Smoke(int(counts.get("passed", 0)), int(counts.get("failed", 0)))


class Ledger(Protocol):
    """Where the releases are read."""

    def releases(self) -> list[Release]:
        """All releases of the rehearsal's model, the oldest first."""
        ...
