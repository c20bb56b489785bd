"""A build on trial: its suite is run against a target, job by job until it is done, and the evidence kept."""

from __future__ import annotations

import asyncio
import json
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zipfile import ZipFile

from slipway.errors import SmokeTestLost
from slipway.models import Json, Release
from slipway.ports import Bucket, Clock, Environments, Http, Ledger
from slipway.releases import recording
from slipway.smoke.evidence import Evidence, key_of
from slipway.smoke.job.checkpoint import Keeper, TakenOver
from slipway.smoke.suite.files import ZipFiles

if TYPE_CHECKING:
    from slipway.smoke.checks.context import Subject
    from slipway.smoke.job.run import Run

_TRIES = 3  # Lambda tries an invocation that broke off three times: the last one must report
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a job of the pipeline asks for; `token` continues a run, `owner` names the invocation."""

    job: str
    release: str
    target: str
    url: str
    production: str = ""
    token: str = ""
    owner: str = field(default_factory=lambda: uuid.uuid4().hex)


@dataclass(frozen=True, slots=True)
class Paused:
    """A run that another invocation has to go on with, by `token`."""

    token: str
    percent: int
    summary: str


def asked_by(job: Json) -> Asked:
    """Read a job (`CodePipeline.job`)."""
    told = json.loads(job["data"]["actionConfiguration"]["configuration"]["UserParameters"])
    token = job["data"].get("continuationToken", "")
    return Asked(job["id"], told["release_id"], told["target"], told["url"], told.get("production", ""), token)


@dataclass(frozen=True, slots=True)
class Trial:
    """Where the evidence goes, and how the service is reached."""

    ledger: Ledger
    bucket: Bucket
    http: Http
    clock: Clock
    environments: Environments

    def hold(self, asked: Asked, artifact: ZipFile, deadline: float) -> Evidence | Paused | None:
        """Run a build's suite for at most `deadline` seconds; None is a job that another invocation does."""
        until = self.clock.now() + timedelta(seconds=deadline)
        keeper = Keeper(self.ledger, self.bucket, self.clock, asked.job, asked.owner, _partial(asked))
        taken = keeper.take(until)
        if not taken:
            return None
        if taken >= _TRIES:
            raise SmokeTestLost("The smoke test broke off twice without a word: see the log of its function.")
        from slipway.smoke.job.run import Run  # a second delivery of a job ends before it needs the engine

        subject = self._subject(asked, artifact)
        try:
            return self._run(asked, Run(subject, keeper.begun(asked.token), keeper.keep), until)
        except TakenOver:
            return None

    def finish(self, asked: Asked) -> None:
        """Have nobody do a job again that was reported."""
        self.ledger.claim(asked.job, asked.owner, self.clock.now(), _NEVER)

    def _run(self, asked: Asked, run: Run, until: datetime) -> Evidence | Paused:
        if not asyncio.run(run.go(until)):
            from slipway.smoke.job.progress import Progress

            state, progress = run.state, Progress(run.subject)
            return Paused(state.run, progress.percent(state), progress.sentence(state))
        evidence = run.evidence(asked.target)
        if not recording.decided_on(self.ledger.release(asked.release), asked.target):
            self._keep(evidence)
        return evidence

    def _subject(self, asked: Asked, artifact: ZipFile) -> Subject:
        from slipway.smoke.checks.context import Subject
        from slipway.smoke.suite.reading import read

        live = self.ledger.live()
        beside = live is not None and live.id != asked.release and asked.production
        return Subject(
            suite=read(artifact.read("suite.yaml")),
            files=ZipFiles(artifact),
            url=asked.url,
            passport=json.loads(artifact.read("passport.json")),
            http=self.http,
            clock=self.clock,
            production=asked.production if beside else "",
            live=live.id if live else "",
            alone=_alone(asked, live),
        )

    def _keep(self, evidence: Evidence) -> None:
        from slipway.smoke import report  # a run that goes on later writes none

        def key(suffix: str) -> str:
            return key_of(evidence.release, evidence.target, suffix)

        document = json.dumps(report.document(evidence), indent=2).encode()
        self.bucket.write(key(".html"), report.page(evidence).encode(), "text/html; charset=utf-8")
        self.bucket.write(key(".xml"), report.junit(evidence), "application/xml")
        self.bucket.write(key(".json"), document, "application/json")
        summary = replace(report.summary(evidence), version=self.environments.running(evidence.target))
        recording.tested(self.ledger, evidence.release, evidence.target, summary)


def _alone(asked: Asked, live: Release | None) -> str:
    if not asked.production:
        return "This is production itself: there is nothing else to compare with."
    if live:
        return "This release is live already: there is no other one to compare with."
    return "This is the first release: there is no production to compare with."


def _partial(asked: Asked) -> str:
    return key_of(asked.release, asked.target, ".partial.json")
