"""What becomes of a release that waits for approval on staging when a newer one has been built."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from slipway.approvals.submit_decision import submit_decision
from slipway.errors import AnswerRefused
from slipway.models import SLIPWAY, Decision, Release, State
from slipway.ports import Ledger, Pipeline


@dataclass(frozen=True, slots=True)
class Supersession:
    """Staging holds one release at a time; with `withdraw`, a newer one of its model rejects the one that waits there.

    One of another model does so only if somebody said that it replaces one. A way back never waits behind a question:
    it needs staging, and production needs it.
    """

    ledger: Ledger
    pipeline: Pipeline
    withdraw: bool

    def release_built(self, release_id: str, at: datetime) -> Release:
        """Record that a release is built, let it supersede each release that waits on staging, and return it."""
        newer = self.ledger.change(release_id, lambda current: _built(current, at))
        for waiting in self._unfinished_in(State.WAITING):
            self._supersede(waiting, newer, at)
        return newer

    def approval_requested(self, waiting: Release, at: datetime) -> None:
        """Let the releases that are built already supersede one that has only now begun to wait."""
        for newer in self._unfinished_in(State.BUILDING):
            self._supersede(waiting, newer, at)

    def _unfinished_in(self, state: State) -> Iterator[Release]:
        """Yield the unfinished releases in a state."""
        return (release for release in self.ledger.unfinished() if release.state is state)

    def _supersede(self, waiting: Release, newer: Release, at: datetime) -> None:
        """Let `newer`, if it is built, supersede `waiting`; with `withdraw`, that one is rejected for it."""
        if waiting.id == newer.id or not newer.queueing.built_at:
            return
        self.ledger.change(newer.id, lambda current: _blocked(current, waiting.id))
        decision = Decision("rejected", SLIPWAY, at, "slipway", _reason(newer))
        recorded = False

        def supersede(current: Release) -> Release:
            """Return a release as superseded, and note whether that rejects it."""
            nonlocal recorded
            changed = self._superseded(current, newer, decision)
            recorded = changed != current and changed.approval.pending_decision == decision
            return changed

        superseded = self.ledger.change(waiting.id, supersede)
        if recorded:  # a repeated event finds the decision recorded, and leaves it to whoever recorded it
            with suppress(AnswerRefused):  # somebody answered in the same moment: their answer stands
                submit_decision(self.ledger, self.pipeline, superseded)

    def _superseded(self, current: Release, newer: Release, decision: Decision) -> Release:
        """Return a waiting release as superseded, rejected if the newer one takes its place; unchanged once decided."""
        closed = current.approval.question is not None and current.approval.question.closed
        if (
            current.state is not State.WAITING
            or current.approval.decision
            or current.approval.pending_decision
            or closed
        ):
            return current
        superseded = replace(current, queueing=replace(current.queueing, superseded_by=newer.id))
        if not self._takes_place(newer, current):
            return superseded
        approval = replace(current.approval, pending_decision=decision, pending_since=decision.at)
        return replace(superseded, approval=approval)

    def _takes_place(self, newer: Release, waiting: Release) -> bool:
        """Return whether a newer release rejects one that waits.

        A rollback does; with `withdraw`, one of the same model, or one that replaces the live model.
        """
        if newer.rollback.to:
            return True
        return self.withdraw and (newer.model == waiting.model or bool(newer.replaces.model))


def _reason(newer: Release) -> str:
    """Return the reason that is recorded with what a newer release supersedes."""
    if newer.rollback.to:
        return f"Superseded by {newer.id}, which goes back to {newer.rollback.to}: upload it again afterwards."
    return f"Superseded by {newer.id}."


def _blocked(release: Release, waiting: str) -> Release:
    """Return a release that is built with the one that it waits for."""
    if release.queueing.built_at is None:
        return release
    return replace(release, queueing=replace(release.queueing, blocked_by=waiting))


def _built(release: Release, at: datetime) -> Release:
    """Return a release with the time at which its build ended; unchanged if it is past that."""
    if release.state is not State.BUILDING:
        return release
    return replace(release, queueing=replace(release.queueing, built_at=at))
