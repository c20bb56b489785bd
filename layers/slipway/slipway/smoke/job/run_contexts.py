"""What a smoke test of the pipeline runs with: the suite that decides, and production if it can be compared with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial

from slipway.models import Artifact, Release, SmokeSummary
from slipway.models.text import one_line
from slipway.ports import Clock, Environments, Http, Ledger, RequestSamples
from slipway.smoke.job.request import SmokeTestRequest
from slipway.smoke.job.way_back import suite_of_way_back
from slipway.smoke.running.context import RunContext
from slipway.smoke.suite.definition import Suite
from slipway.smoke.suite.files import LOOSENED, ZipFiles
from slipway.smoke.suite.reading import read

MOST_LOOSENED = 20  # listed; the others are counted


@dataclass(frozen=True, slots=True)
class RunContexts:
    """Makes the contexts of runs; `attached` says that production may run what was there before the ledger."""

    ledger: Ledger
    http: Http
    clock: Clock
    environments: Environments
    attached: bool
    samples: RequestSamples | None = None

    def of(self, request: SmokeTestRequest, suite: Artifact, tested: SmokeSummary | None) -> RunContext:
        """Return the context of a run, with production unless there is a reason not to compare with it.

        `tested` is what passed on staging, if that is what must run now.
        """
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
            samples=self.samples,
        )

    def _compares_unknown(self, request: SmokeTestRequest, live: Release | None) -> bool:
        """Return whether production runs something that was there before the ledger."""
        return self.attached and live is None and bool(request.production_url)

    def _suite(self, release: Release, suite: Suite) -> Suite:
        """Return the suite that decides about a release: a looser one for a rollback."""
        if not release.rollback.to:
            return suite
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
