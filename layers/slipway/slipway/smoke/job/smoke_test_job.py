"""The smoke test of a release on a target, invocation by invocation until it is done and its evidence stored."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zipfile import ZipFile

from slipway.errors import SmokeTestLost
from slipway.models import Json, Release, Verdict
from slipway.ports import Bucket, Clock, Environments, Http, Ledger
from slipway.releases import recording
from slipway.smoke.evidence import Evidence, key_of
from slipway.smoke.job.checkpoint import Checkpoint, LeaseLost
from slipway.smoke.job.reporting import Continuation, JobFailed, JobResult, JobSucceeded
from slipway.smoke.suite.files import ZipFiles

if TYPE_CHECKING:
    from slipway.smoke.running.context import RunContext
    from slipway.smoke.running.suite_run import SuiteRun

_INVOCATIONS = 3  # of one job, by Lambda: the last one must report
_FOREVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SmokeTestRequest:
    """What a job of the pipeline asks for: a release's suite against the target at `url`; `token` continues a run."""

    job: str
    release: str
    target: str
    url: str
    production_url: str = ""
    token: str = ""

    @classmethod
    def read(cls, job: Json) -> SmokeTestRequest:
        """Read a job (`CodePipeline.job`) with its action's user parameters."""
        asked = json.loads(job["data"]["actionConfiguration"]["configuration"]["UserParameters"])
        token = job["data"].get("continuationToken", "")
        return cls(job["id"], asked["release_id"], asked["target"], asked["url"], asked.get("production", ""), token)


@dataclass(frozen=True, slots=True)
class SmokeTestJob:
    """Runs suites in invocations of limited time, and stores the evidence."""

    ledger: Ledger
    bucket: Bucket
    http: Http
    clock: Clock
    environments: Environments

    def run(self, request: SmokeTestRequest, owner: str, artifact: ZipFile, seconds: float) -> JobResult | None:
        """Run a suite for at most `seconds`; None is a job that another invocation works on.

        `owner` names this invocation, `artifact` holds suite.yaml with its files, and passport.json.
        """
        until = self.clock.now() + timedelta(seconds=seconds)
        key = key_of(request.release, request.target, ".partial.json")
        checkpoint = Checkpoint(self.ledger, self.bucket, self.clock, request.job, owner, key)
        invocations = checkpoint.acquire(until)
        if not invocations:
            return None
        if invocations >= _INVOCATIONS:
            raise SmokeTestLost("The smoke test broke off twice without a word: see the log of its function.")
        from slipway.smoke.running.suite_run import SuiteRun  # a second delivery of a job ends before it needs this

        context = self._context(request, artifact)
        try:
            return self._go_on(request, SuiteRun(context, checkpoint.load(request.token), checkpoint.save), until)
        except LeaseLost:
            return None

    def close(self, job_id: str, owner: str) -> None:
        """Keep the lease of a job that was reported: no invocation works on it again."""
        self.ledger.claim(job_id, owner, self.clock.now(), _FOREVER)

    def _go_on(self, request: SmokeTestRequest, run: SuiteRun, until: datetime) -> JobResult:
        if not asyncio.run(run.go_on(until)):
            from slipway.smoke.running.progress import RunProgress

            progress = RunProgress(run.context)
            return Continuation(run.state.run_id, progress.percent(run.state), progress.sentence(run.state))
        from slipway.smoke import report  # a run that goes on later writes none

        evidence = run.evidence(request.target)
        if not recording.decided_on(self.ledger.release(request.release), request.target):
            self._store(evidence)
        sentence = report.sentence(evidence)
        if evidence.verdict is not Verdict.PASSED:
            return JobFailed(sentence)
        return JobSucceeded(sentence, {"Evidence": key_of(evidence.release, evidence.target)})

    def _context(self, request: SmokeTestRequest, artifact: ZipFile) -> RunContext:
        from slipway.smoke.running.context import RunContext
        from slipway.smoke.suite.reading import read

        live = self.ledger.live()
        compares = live is not None and live.id != request.release
        return RunContext(
            suite=read(artifact.read("suite.yaml")),
            files=ZipFiles(artifact),
            url=request.url,
            passport=json.loads(artifact.read("passport.json")),
            http=self.http,
            clock=self.clock,
            production_url=request.production_url if compares else "",
            live_release=live.id if live else "",
            no_production=_no_production(request, live),
        )

    def _store(self, evidence: Evidence) -> None:
        from slipway.smoke import report

        documents = {
            ".html": (report.page(evidence).encode(), "text/html; charset=utf-8"),
            ".xml": (report.junit(evidence), "application/xml"),
            ".json": (json.dumps(report.document(evidence), indent=2).encode(), "application/json"),
        }
        for suffix, (content, content_type) in documents.items():
            self.bucket.write(key_of(evidence.release, evidence.target, suffix), content, content_type)
        summary = replace(report.summary(evidence), version=self.environments.running(evidence.target))
        recording.tested(self.ledger, evidence.release, evidence.target, summary)


def _no_production(request: SmokeTestRequest, live: Release | None) -> str:
    if not request.production_url:
        return "This is production itself: there is nothing else to compare with."
    if live:
        return "This release is live already: there is no other one to compare with."
    return "This is the first release: there is no production to compare with."
