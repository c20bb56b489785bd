"""The way back: what was live before is released again, built from what it was built from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from slipway.approvals.policy import Policy
from slipway.errors import AnswerRefused, NotFound
from slipway.models import Release, State
from slipway.ports import Ledger, Pipeline
from slipway.releases import start_execution


@dataclass(frozen=True, slots=True)
class WayBack:
    """Opens a release of what another one was; it takes the way of every release."""

    ledger: Ledger
    pipeline: Pipeline
    policy: Policy

    def go(self, person: str, live: str, target: str, reason: str, now: datetime) -> Release:
        """Start on the way from what is live back to a target, for an approver (Slack user id or e-mail address).

        Raises AnswerRefused with the reason, for the person. Asked twice, it is one release.
        """
        approver = self.policy.approver(person)
        found = self._target(live, target)
        release = self.ledger.open_back(found, approver.email, reason, now)
        return release if release.execution_id else start_execution.start(self.ledger, self.pipeline, release)

    def _target(self, live: str, target: str) -> Release:
        current, found = self.ledger.live(), self._known(target)
        if current is None or current.id != live:
            now = f"{current.id} is" if current else "nothing is"
            raise AnswerRefused(f"{live} is not live any more, {now}: look at what is.")
        if found.id == current.id:
            raise AnswerRefused(f"{target} is live already.")
        if State.LIVE not in found.times or not found.commit:
            raise AnswerRefused(f"{target} was never live: one goes back only to what was.")
        return found

    def _known(self, target: str) -> Release:
        try:
            return self.ledger.release(target)
        except NotFound as error:
            raise AnswerRefused(f"There is no release {target}.") from error
