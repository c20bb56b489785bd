"""The smoke test of a release in an existing pipeline: run when its approval opens, and when production has it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from slipway.attached.outcomes import Outcomes
from slipway.attached.smoke_test_order import SmokeTestOrder
from slipway.attached.suite_of_record import MISSING, SuitesOfRecord
from slipway.attached.way_back import TARGET
from slipway.errors import SlipwayError
from slipway.models import Deployment, ExistingPipeline, Release, State
from slipway.ports import AttachedPipeline, Ledger, MessageQueue
from slipway.smoke.job.reporting import Continuation, JobFailed, JobResult, JobSucceeded
from slipway.smoke.job.request import SmokeTestRequest
from slipway.smoke.job.smoke_test_job import SmokeTestJob

# Until then an order is for nobody's use: its execution has ended, or its approval was answered.
_AWAITED = {"staging": (State.TESTING, State.WAITING), "production": (State.VERIFYING,)}


@dataclass(frozen=True, slots=True)
class AttachedSmokeTests:
    """Does what orders say, in invocations of limited time; `orders` is the queue that they come from."""

    existing: ExistingPipeline
    ledger: Ledger
    pipeline: AttachedPipeline
    smoke_test: SmokeTestJob
    suites: SuitesOfRecord
    orders: MessageQueue
    outcomes: Outcomes

    def run(self, order: SmokeTestOrder, owner: str, seconds: float) -> str:
        """Do an order for at most `seconds`, and return a sentence for the log; it may be done repeatedly."""
        release = self.ledger.release(order.release)
        if order.target == TARGET:
            return self.outcomes.way_back.go_on(order, release)
        if release.state not in _AWAITED[order.target]:
            return f"{release.id} is {release.state}: nobody waits for this test any more."
        if release.state is State.WAITING or self.outcomes.rejects_changed(release):
            return self.outcomes.decide(order, release, "")
        result = self._tested(order, release, owner, seconds)
        match result:
            case Continuation(token):
                self.orders.send(replace(order, token=token, number=order.number + 1).message)
            case JobFailed(sentence):
                self.outcomes.decide(order, self.ledger.release(release.id), sentence)
            case JobSucceeded():
                self.outcomes.decide(order, self.ledger.release(release.id), "")
            case None:
                return "Another invocation does it."
        self.smoke_test.close(order.job, owner)
        return result.summary

    def _tested(self, order: SmokeTestOrder, release: Release, owner: str, seconds: float) -> JobResult | None:
        """Run the suite of an order, and return the result; None if another invocation runs it."""
        target = self._target(order)
        if self.pipeline.last_deployment(target.action) != order.execution_id:
            return JobFailed(f"Another execution has deployed to {target.environment} since: retry {target.action}.")
        production = self.existing.production.url if order.target == "staging" else ""
        request = SmokeTestRequest(order.job, release.id, order.target, target.url, production, order.token)
        if not self.suites.has(release.model):
            missing = MISSING.format(release.model)
            self.ledger.change(release.id, lambda current: current.with_warning(missing))
        try:
            with self.suites.open(release) as artifacts:
                return self.smoke_test.run(request, owner, artifacts, seconds)
        except SlipwayError as error:
            return JobFailed(str(error))

    def _target(self, order: SmokeTestOrder) -> Deployment:
        """Return the environment that an order is about."""
        return self.existing.staging if order.target == "staging" else self.existing.production
