"""Rollback: a release that was live before is released again, built from the same content and commit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol

from slipway.approvals.policy import Policy
from slipway.approvals.validity import known_release
from slipway.errors import AnswerRefused
from slipway.models import Release, State
from slipway.models.text import one_line
from slipway.ports import Ledger, Pipeline
from slipway.releases import start_execution


class RollbackStart(Protocol):
    """What goes back when a person asks for it; `message` tells the person what then happens."""

    message: ClassVar[str]

    def start(self, person: str, live: str, target: str, reason: str, now: datetime) -> Release:
        """Start going back from `live` to `target`, or raise AnswerRefused with the reason, for the person."""


@dataclass(frozen=True, slots=True)
class Rollback:
    """Opens a new release of an earlier one; it is built, tested and approved like every other."""

    ledger: Ledger
    pipeline: Pipeline
    policy: Policy
    message: ClassVar[str] = "{release} is on its way: what {target} was, tested and approved like any other."

    def start(self, person: str, live: str, target: str, reason: str, now: datetime) -> Release:
        """Open and start a release that goes back from `live` to `target`, and return it; repeatable.

        `person` is an approver's Slack user id or e-mail address. Raises AnswerRefused with the reason, for the person.
        """
        approver = self.policy.require(person)
        release = self.ledger.open_back(self._target(live, target), approver.email, one_line(reason), now)
        return release if release.execution_id else start_execution.start(self.ledger, self.pipeline, release)

    def _target(self, live: str, target: str) -> Release:
        """Return the release to go back to, or raise AnswerRefused if that is not possible (any more)."""
        current, found = self.ledger.live(), known_release(self.ledger, target)
        if current is None or current.id != live:
            now = f"{current.id} is" if current else "nothing is"
            raise AnswerRefused(f"{live} is not live any more, {now}: look at what is.")
        if found.id == current.id:
            raise AnswerRefused(f"{target} is live already.")
        if State.LIVE not in found.times or not found.commit.id:
            raise AnswerRefused(f"{target} was never live: one goes back only to what was.")
        return found
