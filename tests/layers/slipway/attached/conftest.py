"""An existing pipeline of which no name is ours, and what Slipway does around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from slipway.approvals.supersede import Supersession
from slipway.attached.outcomes import Outcomes
from slipway.attached.recorder import AttachedRecorder
from slipway.attached.smoke_test_order import SmokeTestOrder
from slipway.attached.smoke_tests import AttachedSmokeTests
from slipway.attached.suite_of_record import SuitesOfRecord
from slipway.attached.way_back import Mode, WayBack
from slipway.models import Deployment, ExistingPipeline, Json, Question, Release, State
from slipway.releases import start_execution
from slipway.smoke.job.reporting import JobFailed, JobResult, JobSucceeded
from slipway.uploads import freeze
from slipway.uploads.layout import Layout
from slipway.uploads.limits import Rules
from slipway.uploads.receive import UploadReceiver
from slipway.uploads.upload import list_upload
from tests.support.fakes import (
    NOW,
    FakeAttachedPipeline,
    FakeBucket,
    FakeClock,
    FakeEnvironments,
    FakeLedger,
    FakeQueue,
)

EXISTING = ExistingPipeline(
    name="Vogel",
    bucket="vogel-modelle",
    prefix="endmodell/",
    model="vogel",
    builds=("Bauen/Packen", "Bauen/Pruefen"),
    staging=Deployment("Liefern/Probe", "vogel", "vogel-probe", "http://probe"),
    production=Deployment("Liefern/Ernst", "vogel", "vogel-ernst", "http://ernst"),
    approvals={"Liefern/Ja": 60, "Liefern/Wirklich": 60},
    console="https://console/vogel",
)
PUSH = "execution-of-a-push"


@dataclass
class FakeSmokeTest:
    """Runs suites whose results are told beforehand, by target."""

    results: dict[str, JobResult | None] = field(default_factory=dict)
    asked: list[Any] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)

    def run(self, request: Any, owner: str, artifacts: Any, seconds: float) -> JobResult | None:
        self.asked.append((request, sorted(artifacts["Suite"].archive.namelist())))
        return self.results.get(request.target, JobSucceeded("All is well.", {}))

    def close(self, job_id: str, owner: str) -> None:
        self.closed.append(job_id)


class World:
    """The pipeline, what Slipway knows of it, and everything that happens, in order."""

    def __init__(self) -> None:
        self.ledger, self.bucket, self.records = FakeLedger(), FakeBucket(), FakeBucket()
        self.pipeline, self.orders = FakeAttachedPipeline(), FakeQueue()
        self.environments = FakeEnvironments({"staging": "version-2", "production": "version-1"})
        self.clock, self.smoke_test = FakeClock(NOW + timedelta(hours=1)), FakeSmokeTest()
        self.supersession = Supersession(self.ledger, self.pipeline, withdraw=True)
        self.existing = EXISTING
        self.recorder = AttachedRecorder(
            EXISTING,
            self.ledger,
            self.bucket,
            self.pipeline,
            self.environments,
            self.supersession,
            self.orders,
        )
        self.minutes = 0

    def tests(self, *, mode: Mode = "offer", **options: bool) -> AttachedSmokeTests:
        way_back = WayBack(self.ledger, self.environments, self.orders, self.clock, mode)
        outcomes = Outcomes(EXISTING, self.ledger, self.pipeline, self.supersession, way_back, self.clock, **options)
        job: Any = self.smoke_test
        suites = SuitesOfRecord(self.records)
        return AttachedSmokeTests(EXISTING, self.ledger, self.pipeline, job, suites, self.orders, outcomes)

    def put(self, content: bytes = b"weights") -> None:
        self.bucket.put("endmodell/a.onnx", content, NOW)
        self.bucket.put("endmodell/teile/b.bin", content, NOW)

    def upload(self, content: bytes = b"weights") -> Release:
        """Put a model in place, and open the release that its upload does."""
        self.put(content)
        layout = Layout.of(EXISTING.prefix, EXISTING.model)
        listing = freeze.listed(list_upload(self.bucket, layout.prefix, layout), self.bucket.versions("endmodell/"))
        release = self.ledger.open(listing, State.RECEIVED, "", self.clock.now())
        return start_execution.start(self.ledger, self.pipeline, release)

    def happens(
        self, execution: str, action: str, state: str, attempt: int = 1, result: Json | None = None
    ) -> Release | None:
        """Let EventBridge tell of a change."""
        self.minutes += 1
        return self.recorder.record_event(
            event(execution, action, state, attempt, NOW + timedelta(minutes=self.minutes), result)
        )

    def reach(self, execution: str, *changes: tuple[str, str]) -> Release:
        """Let changes happen one after the other."""
        for action, state in changes:
            if (action, state) == ("Liefern/Probe", "SUCCEEDED"):
                self.pipeline.deployments["Liefern/Probe"] = execution
            if (action, state) == ("Liefern/Ernst", "SUCCEEDED"):
                self.pipeline.deployments["Liefern/Ernst"] = execution
            self.happens(execution, action, state)
        found = self.ledger.release_of(execution)
        assert found
        return found

    def ask(self, execution: str, token: str = "token") -> None:
        """Let an approval be open."""
        asked = NOW + timedelta(minutes=self.minutes)
        self.pipeline.open[execution] = Question(token, asked, asked + timedelta(hours=1), "https://console/vogel")

    def order(self) -> SmokeTestOrder:
        return SmokeTestOrder.read(self.orders.sent[-1][0])

    def failing(self, target: str, sentence: str = "Two checks failed.") -> None:
        self.smoke_test.results[target] = JobFailed(sentence)


def event(execution: str, action: str, state: str, attempt: int, at: datetime, result: Json | None) -> Json:
    """Make an event as EventBridge delivers it; without an action it is one of the execution."""
    stage, _, name = action.partition("/")
    where = {"stage": stage, "action": name, "action-execution-id": f"{execution}-{action}-{attempt}"} if action else {}
    detail: Json = {"pipeline": "Vogel", "execution-id": execution, "state": state, **where}
    detail |= {"execution-result": result} if result else {}
    detail["pipeline-execution-attempt"] = float(attempt)
    return {"source": "aws.codepipeline", "time": at.isoformat(), "detail": detail}


BUILT = (("Bauen/Packen", "STARTED"), ("Bauen/Packen", "SUCCEEDED"), ("Bauen/Pruefen", "SUCCEEDED"))
ON_STAGING = (*BUILT, ("Liefern/Probe", "STARTED"), ("Liefern/Probe", "SUCCEEDED"))
ASKED = (*ON_STAGING, ("Liefern/Ja", "STARTED"))
ON_PRODUCTION = (("Liefern/Ja", "SUCCEEDED"), ("Liefern/Ernst", "STARTED"), ("Liefern/Ernst", "SUCCEEDED"))


@pytest.fixture
def world() -> World:
    return World()


def receiver(world: World, **rules: Any) -> UploadReceiver:
    """What receives uploads to the existing bucket."""
    layout = Layout.of(EXISTING.prefix, EXISTING.model)
    settle = timedelta(seconds=20)
    return UploadReceiver(
        world.bucket, world.ledger, world.pipeline, world.clock, settle, Rules(10_000, **rules), layout
    )
