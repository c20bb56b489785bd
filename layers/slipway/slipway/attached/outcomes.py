"""What follows from the smoke test of a release in an existing pipeline."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from slipway.approvals.supersede import Supersession
from slipway.attached.smoke_test_order import SmokeTestOrder
from slipway.attached.way_back import WayBack
from slipway.errors import AnswerRefused
from slipway.models import SLIPWAY, Decision, ExistingPipeline, PipelineStep, Release, State
from slipway.ports import AttachedPipeline, Clock, Ledger
from slipway.releases.record_question import record_question
from slipway.releases.transitions import apply


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Asks the approvers, rejects, or marks what is live.

    `reject_failed` rejects what failed its test on staging without asking anybody; else people are asked, who see it.
    `reject_changed` does so with a release whose model was changed while it was built.
    """

    existing: ExistingPipeline
    ledger: Ledger
    pipeline: AttachedPipeline
    supersession: Supersession
    way_back: WayBack
    clock: Clock
    reject_failed: bool = True
    reject_changed: bool = False

    def rejects_changed(self, release: Release) -> bool:
        """Return whether a release is rejected because its model was changed, whatever its test says."""
        return self.reject_changed and release.model_changed and release.state is State.TESTING

    def decide(self, order: SmokeTestOrder, release: Release, failure: str) -> str:
        """Ask the approvers, reject, or mark live, as a test came out, and return a sentence for the log.

        `failure` is why the test failed, empty if it passed.
        """
        if order.target == "production":
            return self._conclude_production(order, release, failure)
        if self.rejects_changed(release):
            return self._reject(order, release, " ".join(release.warnings))
        if failure and self.reject_failed:
            return self._reject(order, release, failure)
        if failure:
            warning = f"Do not approve: {failure}"
            release = self.ledger.change(release.id, lambda current: current.with_warning(warning))
        return self._ask_approvers(order, release)

    def _ask_approvers(self, order: SmokeTestOrder, release: Release) -> str:
        """Store the question of a release that waits for approval; return a sentence for the log."""
        question = self.pipeline.question(order.execution_id)
        if question is None:
            return f"The approval of {release.id} was answered already."
        asked = record_question(self.ledger, release.id, question)
        self.supersession.approval_requested(asked, self.clock.now())
        return f"{release.id} waits for an answer."

    def _reject(self, order: SmokeTestOrder, release: Release, why: str) -> str:
        """Fail a release, then reject its approval, whose event then finds the reason.

        Return a sentence for the log.
        """
        self._mark_failed(order, release, self.existing.staging.action, why)
        question = self.pipeline.question(order.execution_id)
        if question:
            with suppress(AnswerRefused):  # somebody was faster
                self.pipeline.answer(question.token, Decision("rejected", SLIPWAY, self.clock.now(), "slipway", why))
        return f"{release.id} was rejected: {why}"

    def _conclude_production(self, order: SmokeTestOrder, release: Release, failure: str) -> str:
        """Mark a tested release live, or failed, and offer or begin the rollback; return a sentence for the log."""
        if not failure:
            live = self.ledger.go_live(release.id, self.clock.now(), attempt=release.attempt)
            self.way_back.after_test(live, failed=False)
            return f"{release.id} is live."
        why = failure
        if release.replaced_version:
            why = f"{failure} Before, {self.existing.production.environment} ran {release.replaced_version}."
        failed = self._mark_failed(order, release, self.existing.production.action, why)
        self.way_back.after_test(failed, failed=True)
        return f"{release.id} failed on production: {failure}"

    def _mark_failed(self, order: SmokeTestOrder, release: Release, action: str, why: str) -> Release:
        """Mark a release failed at an action, and return it."""
        step = PipelineStep(
            order.execution_id, State.FAILED, self.clock.now(), release.attempt, why, action.replace("/", " / ")
        )
        return self.ledger.change(release.id, lambda current: apply(current, step))
