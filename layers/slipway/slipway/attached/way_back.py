"""The way back in an existing pipeline, which has none: the version that production ran before is deployed again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from slipway.approvals.policy import Policy
from slipway.approvals.validity import known_release
from slipway.attached.smoke_test_order import SmokeTestOrder
from slipway.errors import AnswerRefused
from slipway.models import SLIPWAY, Release, State
from slipway.models.text import one_line
from slipway.ports import Clock, DelayedQueue, Environments, Ledger, MessageQueue

LOOK_AGAIN = timedelta(seconds=30)
TARGET = "way back"

type Mode = Literal["tell", "offer", "go-back"]


def begin(ledger: Ledger, orders: MessageQueue, release: Release, by: str, reason: str) -> Release:
    """Order that the version which a release replaced is deployed to production again; return the release."""
    changed = ledger.change(release.id, lambda current: replace(current, taken_back_by=by, force_reason=reason))
    orders.send(SmokeTestOrder(release.id, release.execution_id, TARGET, release.id).message)
    return changed


@dataclass(frozen=True, slots=True)
class WayBack:
    """Deploys the version before; `mode` says whether people are told its label, offered it, or not even asked."""

    ledger: Ledger
    environments: Environments
    orders: DelayedQueue
    clock: Clock
    mode: Mode

    def after_test(self, release: Release, *, failed: bool) -> None:
        """Offer to go back, or begin it, after production was tested, as `mode` says."""
        if not release.replaced_version:
            return
        if self.mode != "tell":
            release = self.ledger.change(release.id, lambda current: replace(current, offers_way_back=True))
        if self.mode == "go-back" and failed:
            begin(self.ledger, self.orders, release, SLIPWAY, "It failed its test on production.")

    def go_on(self, order: SmokeTestOrder, release: Release) -> str:
        """Deploy the version to go back to unless something is being deployed, and order another look.

        Return a sentence.
        """
        wanted, deployed = release.replaced_version, self.environments.deployed("production")
        if release.state is State.ROLLED_BACK:
            return f"{release.id} is rolled back."
        if deployed.status == "Ready" and deployed.label == wanted:
            self._mark_rolled_back(release)
            return f"Production runs {wanted} again."
        if deployed.status == "Ready":
            self.environments.deploy("production", wanted)
        self.orders.send_later(order.message, LOOK_AGAIN)
        return f"Production is {deployed.status} with {deployed.label}."

    def _mark_rolled_back(self, release: Release) -> None:
        """Mark a release rolled back, and the one before it live again."""
        now = self.clock.now()
        if release.state is State.LIVE and release.previous_live:
            self.ledger.go_live(release.previous_live, now, back=True)
            return
        times = {**release.times, State.ROLLED_BACK: now}
        self.ledger.change(release.id, lambda current: replace(current, state=State.ROLLED_BACK, times=times))


@dataclass(frozen=True, slots=True)
class AttachedRollback:
    """Goes back when an approver asks for it."""

    ledger: Ledger
    policy: Policy
    orders: MessageQueue
    message: ClassVar[str] = "{release} is being taken back: {target} is deployed to production again."

    def start(self, person: str, live: str, target: str, reason: str, now: datetime) -> Release:  # noqa: ARG002
        """Go back from the release that production runs to what ran there before it; asked twice, it is done once.

        `person` is an approver's Slack user id or e-mail address, `target` the version label, the release before, or
        `live` itself.
        Raises AnswerRefused with the reason, for the person.
        """
        approver, release = self.policy.require(person), known_release(self.ledger, live)
        if release.taken_back_by:
            return release
        if not release.can_go_back:
            raise AnswerRefused(f"{live} is {release.state}: there is no way back from it here.")
        if target not in (live, release.replaced_version, release.previous_live):
            raise AnswerRefused(f"One goes back from {live} only to {release.replaced_version}.")
        return begin(self.ledger, self.orders, release, approver.email, one_line(reason))
