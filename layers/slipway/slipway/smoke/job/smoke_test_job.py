"""The smoke test of a release on a target, invocation by invocation until it is done and its evidence stored."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from slipway.errors import BuildChanged, CheckpointChanged, ProductionClosed, SmokeTestLost
from slipway.models import Artifact, Release, SmokeSummary, Verdict
from slipway.models.text import one_line
from slipway.ports import Clock, Environments, Http, Ledger
from slipway.releases.calendar import ALWAYS_OPEN, ReleaseCalendar
from slipway.releases.record_smoke_test import is_being_decided, record_smoke_test
from slipway.smoke.evidence import key_of
from slipway.smoke.evidence_store import EvidenceStore
from slipway.smoke.job import pins
from slipway.smoke.job.checkpoint import Checkpoint, LeaseLost
from slipway.smoke.job.reporting import Continuation, JobFailed, JobResult, JobSucceeded
from slipway.smoke.job.request import SmokeTestRequest
from slipway.smoke.suite.files import LOOSENED, ZipFiles

if TYPE_CHECKING:
    from slipway.smoke.running.context import RunContext
    from slipway.smoke.running.suite_run import SuiteRun
    from slipway.smoke.suite.definition import Suite

MOST_LOOSENED = 20  # listed; the others are counted
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
    attached: bool = (
        False  # whether the pipeline is an existing one, whose artifacts and first production we do not know
    )
    calendar: ReleaseCalendar = ALWAYS_OPEN

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
            return JobSucceeded("This is the build that was tested on staging.", {})
        key = key_of(request.release, request.target, ".partial.json")
        checkpoint = Checkpoint(self.ledger, self.store.bucket, self.clock, request.job, owner, key)
        invocations = checkpoint.acquire(until)
        if not invocations:
            return None
        if invocations >= _INVOCATIONS:
            raise SmokeTestLost("The smoke test broke off twice without a word: see the log of its function.")
        from slipway.smoke.running.suite_run import SuiteRun  # a second delivery of a job ends before it needs this

        context, state = self._context(request, artifacts["Suite"], tested), checkpoint.load(request.token)
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
            raise ProductionClosed(f"{release_id} was not deployed. {refusal} Release it again then.")

    def _go_on(self, request: SmokeTestRequest, run: SuiteRun, checkpoint: Checkpoint, until: datetime) -> JobResult:
        """Continue a run until it ends, store its evidence and return the JobResult; a Continuation before it has.

        Evidence is not stored while people decide on an earlier one.
        """
        if not asyncio.run(run.go_on(until)):
            from slipway.smoke.running.progress import RunProgress

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

    def _context(self, request: SmokeTestRequest, suite: Artifact, tested: SmokeSummary | None) -> RunContext:
        """Return the context of the run, with production unless there is a reason not to compare with it."""
        from slipway.smoke.running.context import RunContext
        from slipway.smoke.suite.reading import read

        live, passport = self.ledger.live(), json.loads(suite.archive.read("passport.json"))
        if tested and tested.image:
            passport["image"] = tested.image  # the service must answer the very image that was tested
        release = self.ledger.release(request.release)
        reason = "" if self._compares_unknown(request, live) else _no_production(request, release, live)
        return RunContext(
            suite=self._suite(release, read(suite.archive.read("suite.yaml"))),
            files=ZipFiles(suite.archive),
            url=request.url,
            passport=passport,
            http=self.http,
            clock=self.clock,
            production_url="" if reason else request.production_url,
            live_release=live.id if live else "" if reason else self.environments.running("production"),
            no_production=reason,
            loosened=_loosened(suite),
            deployed=partial(self.environments.deployed, request.target),
        )

    def _compares_unknown(self, request: SmokeTestRequest, live: Release | None) -> bool:
        """Return whether production runs something that was there before the ledger."""
        return self.attached and live is None and bool(request.production_url)

    def _suite(self, release: Release, suite: Suite) -> Suite:
        """Return the suite that decides about a release: a looser one for a rollback."""
        if not release.rollback.to:
            return suite
        from slipway.smoke.job.way_back import suite_of_way_back

        return suite_of_way_back(suite, self.ledger.release(release.rollback.to))


def _loosened(suite: Artifact) -> tuple[str, ...]:
    """Return a sentence for each thing that the candidate's suite loosened, as the build wrote them down."""
    if LOOSENED not in suite.archive.namelist():
        return ()
    sentences = [one_line(str(sentence)) for sentence in json.loads(suite.archive.read(LOOSENED))]
    more = len(sentences) - MOST_LOOSENED
    return (*sentences[:MOST_LOOSENED], *([f"And {more:,} things more."] if more > 0 else []))


def _no_production(request: SmokeTestRequest, release: Release, live: Release | None) -> str:
    """Return why there is no production to compare with; empty if there is one."""
    if not request.production_url:
        return "This is production itself: there is nothing else to compare with."
    if live is None:
        return "This is the first release: there is no production to compare with."
    if live.id == release.id:
        return "This release is live already: there is no other one to compare with."
    if live.model != release.model:
        return f"Production runs {live.id}, another model: their predictions are not comparable."
    if release.rollback.to:
        return (
            f"This goes back to {release.rollback.to}, which was live: it is not held to what it replaces, {live.id}."
        )
    return ""
