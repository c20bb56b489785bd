"""What happens by the clock: reminders, and catching up on events that EventBridge did not deliver."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from slipway.approvals.reminders import Reminders
from slipway.approvals.supersede import Supersession
from slipway.approvals.voting import Voting
from slipway.models import Release, State
from slipway.ports import Bucket, Ledger, Pipeline
from slipway.releases import start_execution
from slipway.releases.isolation import for_each_isolated
from slipway.releases.measurements import is_stuck
from slipway.releases.reconcile import reconcile
from slipway.uploads.provenance import Provenance

type CatchUp = Callable[[Release, datetime], Release | None]
type Step = Callable[[datetime], Iterator[Release]]


@dataclass(frozen=True, slots=True)
class Sweep:
    """Checks every unfinished release."""

    ledger: Ledger
    bucket: Bucket
    pipeline: Pipeline
    supersession: Supersession
    voting: Voting
    reminders: Reminders
    provenance: Provenance | None = None  # where CloudTrail tells who uploads
    catch_up: CatchUp | None = None  # where an existing pipeline moves releases

    def run(self, now: datetime) -> dict[str, list[str]]:
        """Take every step, and return the ids of the releases that each has moved.

        A step that fails holds up none of the others: its error is raised when all have been taken.
        """
        steps: dict[str, Step] = {
            "ended": self._reconcile,  # first: releases that have ended need none of the other steps
            "stranded": partial(start_execution.start_stranded, self.ledger, self.pipeline),
        }
        if provenance := self.provenance:
            steps["proved"] = lambda _: provenance.prove_unfinished()
        steps |= {"resumed": self._resume, "reminded": self.reminders.record_due}
        moved: dict[str, list[str]] = {}
        with ExitStack() as stack:
            for name, step in reversed(steps.items()):  # what is pushed last runs first
                stack.callback(_run_step, moved, name, step, now)
        return moved

    def _reconcile(self, now: datetime) -> Iterator[Release]:
        """Record what the pipeline did to a release, though no event of it came; yields the releases that changed."""
        if catch_up := self.catch_up:
            return for_each_isolated(self.ledger.unfinished(), lambda release: catch_up(release, now))
        return reconcile(self.ledger, self.bucket, self.pipeline, now)

    def stuck(self, now: datetime) -> Iterator[Release]:
        """Yield the releases that stay longer than any step takes: a person has to look at them."""
        return for_each_isolated(self.ledger.unfinished(), lambda release: release if is_stuck(release, now) else None)

    def _resume(self, now: datetime) -> Iterator[Release]:
        """Submit decisions that nobody submitted, and decide by votes that a deployment has made sufficient.

        Yields the releases that are decided now. Each that waits is also compared with newer ones: two that were
        recorded at the same time may have missed each other.
        """

        def resume(release: Release) -> Release | None:
            """Resume a waiting release, and return it if it is decided now; None for any other."""
            if release.state is not State.WAITING:
                return None
            resumed = self.voting.resume(release, now)
            self.supersession.approval_requested(resumed, now)
            return resumed if resumed.approval.decision else None

        return for_each_isolated(self.ledger.unfinished(), resume)


def _run_step(moved: dict[str, list[str]], name: str, step: Step, now: datetime) -> None:
    """Run a step, and put the ids of the releases that it yields into `moved`, under its name."""
    moved[name] = []
    for release in step(now):
        moved[name].append(release.id)
