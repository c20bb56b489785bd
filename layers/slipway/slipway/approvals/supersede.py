"""The gate of staging: what becomes of a release that waits for an answer when a newer one is built."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from slipway.approvals.submit_decision import Carrier
from slipway.errors import AnswerRefused
from slipway.models import Answer, Release, State
from slipway.ports import Ledger, Pipeline

SLIPWAY = "Slipway"


@dataclass(frozen=True, slots=True)
class Gate:
    """Staging serves one release at a time; `withdraw` lets a newer one take the place of one that waits."""

    ledger: Ledger
    pipeline: Pipeline
    withdraw: bool

    def arrived(self, release_id: str, at: datetime) -> Release:
        """Note that a release is built; it may find another one on staging that waits for an answer."""
        newer = self.ledger.change(release_id, lambda current: _at_gate(current, at))
        for waiting in self._releases(State.WAITING):
            self._meet(waiting, newer, at)
        return newer

    def asked(self, waiting: Release, at: datetime) -> None:
        """Look whether a newer release came to the gate before this one could be asked about."""
        for newer in self._releases(State.BUILDING):
            self._meet(waiting, newer, at)

    def _releases(self, state: State) -> Iterator[Release]:
        return (release for release in self.ledger.unfinished() if release.state is state)

    def _meet(self, waiting: Release, newer: Release, at: datetime) -> None:
        if waiting.id == newer.id or not newer.at_gate:
            return
        self.ledger.change(newer.id, lambda current: _behind(current, waiting.id))
        decision = Answer("rejected", SLIPWAY, at, "slipway", superseded_by(newer.id))
        written: list[bool] = []

        def overtake(current: Release) -> Release:
            changed = self._overtaken(current, newer.id, decision)
            written[:] = [changed != current and changed.deciding == decision]
            return changed

        overtaken = self.ledger.change(waiting.id, overtake)
        if any(written):  # an event that is delivered twice finds it written, and leaves it to whoever has written it
            self._give_free(overtaken)

    def _overtaken(self, current: Release, newer: str, decision: Answer) -> Release:
        if current.state is not State.WAITING or current.answer or current.deciding or _is_closed(current):
            return current
        if not self.withdraw:
            return replace(current, newer=newer)
        return replace(current, newer=newer, deciding=decision, decided_at=decision.at)

    def _give_free(self, release: Release) -> None:
        """Give staging free; if somebody has answered in the same moment, their answer stands."""
        with suppress(AnswerRefused):
            Carrier(self.ledger, self.pipeline).carry_out(release)


def _is_closed(release: Release) -> bool:
    return release.approval is not None and release.approval.closed


def superseded_by(newer: str) -> str:
    """Say why a release was withdrawn."""
    return f"Superseded by {newer}."


def _behind(release: Release, waiting: str) -> Release:
    return replace(release, behind=waiting) if release.at_gate else release


def _at_gate(release: Release, at: datetime) -> Release:
    return replace(release, at_gate=at) if release.state is State.BUILDING else release
