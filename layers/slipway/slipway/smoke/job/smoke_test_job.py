"""The smoke test of a release on a target, invocation by invocation until it is done and its evidence stored."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from slipway.errors import BuildChanged, CheckpointChanged, ProductionClosed, SmokeTestLost
from slipway.models import Artifact, Verdict
from slipway.ports import Clock, Environments, Http, Images, Ledger, RequestSamples
from slipway.releases.calendar import ALWAYS_OPEN, ReleaseCalendar
from slipway.releases.record_smoke_test import is_being_decided, record_smoke_test
from slipway.smoke.evidence import key_of
from slipway.smoke.evidence_store import EvidenceStore
from slipway.smoke.job import pins
from slipway.smoke.job.checkpoint import Checkpoint, LeaseLost
from slipway.smoke.job.reporting import Continuation, JobFailed, JobResult, JobSucceeded
from slipway.smoke.job.request import SmokeTestRequest

if TYPE_CHECKING:
    from slipway.smoke.running.suite_run import SuiteRun

_INVOCATIONS = 3  # of one job, by Lambda: the last one must report
_FOREVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SmokeTestJob:
    """Runs suites in invocations of limited time, and stores the evidence."""

    ledger: Ledger
    store: EvidenceStore
    http: Http
    clock: Clock
    environments: Environments
    limit: timedelta = timedelta(hours=23)  # of a whole run; CodePipeline gives an action a day
    attached: bool = False  # to an existing pipeline, whose artifacts and first production we do not know
    calendar: ReleaseCalendar = ALWAYS_OPEN
    images: Images | None = None  # of our own pipeline
    samples: RequestSamples | None = None  # of production, where its requests are sampled

    def run(
        self, request: SmokeTestRequest, owner: str, artifacts: dict[str, Artifact], seconds: float
    ) -> JobResult | None:
        """Run a suite for at most `seconds`, and return what to report; None if another invocation works on the job.

        `owner` names this invocation. The artifact `Suite` holds suite.yaml with its files, and passport.json. Raises
        BuildChanged if it is not the build that was tested on staging that is, or will be, in production.
        """
        try:
            return self._run(request, owner, artifacts, self.clock.now() + timedelta(seconds=seconds))
        except LeaseLost:
            return None
        except (BuildChanged, CheckpointChanged) as error:
            self.store.report_change(str(error))
            raise

    def close(self, job_id: str, owner: str) -> None:
        """Keep the lease of a job that was reported for ever: no invocation works on it again."""
        self.ledger.claim(job_id, owner, self.clock.now(), _FOREVER)

    def _run(
        self, request: SmokeTestRequest, owner: str, artifacts: dict[str, Artifact], until: datetime
    ) -> JobResult | None:
        """Check what is tested, acquire the job's lease, and go on with its run; None if another invocation has it."""
        digests = {name: artifact.sha256 for name, artifact in artifacts.items()}
        pinned = not self.attached and request.target == "production"
        tested = pins.check(self.ledger.release(request.release), digests) if pinned else None
        if not request.url:
            self._require_production_open(request.release)
            if self.images and tested:
                self.images.keep(tested.image)  # before it is live, because it must not be deleted from then on
            return JobSucceeded("This is the build that was tested on staging.", {})
        key = key_of(request.release, request.target, ".partial.json")
        checkpoint = Checkpoint(self.ledger, self.store.bucket, self.clock, request.job, owner, key)
        invocations = checkpoint.acquire(until)
        if not invocations:
            return None
        if invocations >= _INVOCATIONS:
            raise SmokeTestLost("The smoke test broke off twice without a word: see the log of its function.")
        # A second delivery of a job ends before it needs these.
        from slipway.smoke.job.run_contexts import RunContexts
        from slipway.smoke.running.suite_run import SuiteRun

        contexts = RunContexts(
            self.ledger, self.http, self.clock, self.environments, attached=self.attached, samples=self.samples
        )
        context, state = contexts.of(request, artifacts["Suite"], tested), checkpoint.load(request.token)
        if state.artifacts not in ({}, digests):
            raise BuildChanged(f"The build of {request.release} was changed while it was tested: retry the stage.")
        state.artifacts = digests
        if context.suite.identity.deployment:
            state.version = state.version or self.environments.running(request.target)
            context = replace(context, version=state.version)
        return self._go_on(request, SuiteRun(context, state, checkpoint.save, limit=self.limit), checkpoint, until)

    def _require_production_open(self, release_id: str) -> None:
        """Raise ProductionClosed if a release may not be deployed now: the console, and time, pass by the voting."""
        release = self.ledger.release(release_id)
        approval = release.approval.decision or release.approval.pending_decision
        if refusal := self.calendar.refusal(release, approval, self.clock.now()):
            raise ProductionClosed(
                f"{release_id} was not deployed. {refusal} CodePipeline deploys what was live once more, and takes no "
                "retry after that: upload the model (or push the code) again then, and approve it."
            )

    def _go_on(self, request: SmokeTestRequest, run: SuiteRun, checkpoint: Checkpoint, until: datetime) -> JobResult:
        """Continue a run until it ends, store its evidence and return the JobResult; a Continuation before it has.

        Evidence is not stored while people decide on an earlier one.
        """
        if not asyncio.run(run.go_on(until)):
            from slipway.smoke.running.progress import RunProgress

            checkpoint.save(run.state, at_once=True)  # else the next invocation would do the last seconds again
            progress = RunProgress(run.context)
            return Continuation(checkpoint.token(run.state), progress.percent(run.state), progress.sentence(run.state))
        from slipway.smoke import report  # a run that goes on later writes none

        evidence = run.evidence(request.target)
        if not is_being_decided(self.ledger.release(request.release), request.target):
            image, version = run.context.passport.get("image", ""), self.environments.running(request.target)
            pinned = {
                "version": version,
                "image": image,
                "artifacts": run.state.artifacts,
                "loosened": run.context.loosened,
            }
            summary = replace(self.store.write(evidence), **pinned)
            record_smoke_test(self.ledger, request.release, request.target, summary)
        sentence = report.sentence(evidence)
        if evidence.verdict is not Verdict.PASSED:
            return JobFailed(sentence)
        return JobSucceeded(sentence, {"Evidence": key_of(evidence.release, evidence.target)})
