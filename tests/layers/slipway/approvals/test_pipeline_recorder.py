"""What the pipeline tells moves a release, and lets a newer one meet the one that waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pytest

from slipway.approvals.pipeline_recorder import PipelineRecorder
from slipway.approvals.supersede import Supersession
from slipway.models import Candidate, Release, State
from tests.support.fakes import NOW, FakeBucket, FakeLedger, FakePipeline

type Event = Callable[[str], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Recording(Supersession):
    """A supersession that notes what it is told."""

    built: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def release_built(self, release_id: str, at: datetime) -> Release:
        self.built.append(release_id)
        return self.ledger.release(release_id)

    def approval_requested(self, waiting: Release, at: datetime) -> None:
        self.asked.append(waiting.id)


@pytest.fixture
def recorder(event: Event) -> PipelineRecorder:
    ledger, pipeline = FakeLedger(), FakePipeline()
    ledger.open(Candidate("birds-000000000001", "birds", "models/birds/v1/", (), NOW), State.BUILDING, "", NOW)
    execution = event("deploy-started")["detail"]["execution-id"]
    ledger.change("birds-r1", lambda one: replace(one, execution_id=execution))
    ledger.bind("birds-r1", execution)
    return PipelineRecorder(ledger, FakeBucket(), pipeline, Recording(ledger, pipeline, withdraw=True))


@pytest.mark.parametrize(
    ("stage", "action", "state", "built"),
    [
        ("Build", "BuildImage", "SUCCEEDED", ["birds-r1"]),
        ("Build", "BuildImage", "STARTED", []),
        ("Build", "OpenRelease", "SUCCEEDED", []),
        ("Staging", "Deploy", "SUCCEEDED", []),
    ],
)
def test_only_a_finished_build_meets_the_release_that_waits(
    recorder: PipelineRecorder, event: Event, stage: str, action: str, state: str, built: list[str]
) -> None:
    """Before, the release may still fail; after, it is on staging itself."""
    told = event("deploy-started")
    told["detail"] |= {"stage": stage, "action": action, "state": state}
    recorder.record_event(told)
    assert isinstance(recorder.supersession, Recording)
    assert recorder.supersession.built == built


def test_a_build_of_an_unknown_execution_meets_nobody(recorder: PipelineRecorder, event: Event) -> None:
    """Somebody has started the pipeline by hand."""
    told = event("deploy-started")
    told["detail"] |= {"stage": "Build", "action": "BuildImage", "state": "SUCCEEDED", "execution-id": "another"}
    assert recorder.record_event(told) is None
    assert isinstance(recorder.supersession, Recording)
    assert recorder.supersession.built == []


def test_a_step_moves_the_release(recorder: PipelineRecorder, event: Event) -> None:
    """The event names the execution, the ledger knows whose it is."""
    moved = recorder.record_event(event("deploy-started"))
    assert moved is not None
    assert moved.state is State.STAGING
