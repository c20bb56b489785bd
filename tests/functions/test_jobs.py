"""A job of the pipeline is reported in every case."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from fakes import NOW, FakeBucket, FakeClock, FakeLedger

from functions.open_release import app as open_release
from functions.smoke_test import app as smoke_test
from slipway.models import Candidate, HttpAnswer, Json, State, Verdict
from slipway.smoke.trial import Trial

JOB = "11111111-abcd-1111-abcd-111111abcdef"
PASSPORT = {"release": "birds-r12", "candidate": "birds-000000000001"}


@dataclass
class FakeJobs:
    """CodePipeline's ear."""

    done: dict[str, dict[str, str]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def succeed(self, job_id: str, summary: str, outputs: dict[str, str]) -> None:
        self.done[job_id] = outputs

    def fail(self, job_id: str, message: str) -> None:
        self.failed[job_id] = message


class BrokenLedger(FakeLedger):
    """A ledger that fails in a way nobody thought of."""

    def release_of(self, execution_id: str) -> Any:
        raise ZeroDivisionError("secret detail")


@pytest.fixture
def jobs() -> FakeJobs:
    return FakeJobs()


@pytest.fixture
def ledger() -> FakeLedger:
    ledger = FakeLedger()
    for number in range(12):
        ledger.open(Candidate(f"birds-{number:012}", "birds", "models/birds/v1/", (), NOW), State.RECEIVED, "", NOW)
    return ledger


def test_open_release_gives_the_variables_of_the_build(
    ledger: FakeLedger, jobs: FakeJobs, event: Callable[[str], Json], context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The following actions name the release and the candidate."""
    monkeypatch.setattr(open_release, "parts", lambda: (ledger, jobs))
    open_release.lambda_handler(event("job-open-release"), context)
    assert jobs.done == {JOB: {"ReleaseId": "birds-r12", "CandidateId": "birds-000000000011"}}


@pytest.mark.parametrize(
    ("broken", "message"),
    [(FakeLedger(), "The ledger has no release birds-r12."), (BrokenLedger(), "unexpectedly (ZeroDivisionError)")],
)
def test_open_release_reports_its_failures(
    broken: FakeLedger,
    message: str,
    jobs: FakeJobs,
    event: Callable[[str], Json],
    context: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Expected ones by their sentence, others without details."""
    monkeypatch.setattr(open_release, "parts", lambda: (broken, jobs))
    open_release.lambda_handler(event("job-open-release"), context)
    assert message in jobs.failed[JOB]
    assert "secret detail" not in jobs.failed[JOB]


def test_job_credentials_are_never_logged(
    jobs: FakeJobs,
    event: Callable[[str], Json],
    context: Any,
    monkeypatch: pytest.MonkeyPatch,
    logged: Callable[[Any], io.StringIO],
) -> None:
    """Not even when everything fails."""
    log = logged(open_release.logger)
    monkeypatch.setattr(open_release, "parts", lambda: (BrokenLedger(), jobs))
    open_release.lambda_handler(event("job-open-release"), context)
    assert "open_release failed" in log.getvalue()
    assert not [secret for secret in ("secret_key", "session_token", "access_key_ID") if secret in log.getvalue()]


class Service:
    """A service that answers as its passport says."""

    def __init__(self, winner: str) -> None:
        self.winner = winner

    def request(self, method: str, url: str, json: Json | None, timeout: float) -> HttpAnswer:
        bodies = {"version": PASSPORT, "predict": {"prediction": {"winning_class": self.winner}}}
        return HttpAnswer(200, {}, _dump(bodies.get(url.rsplit("/", 1)[-1], {})), 0.01)


def _dump(content: Json) -> bytes:
    return json.dumps(content).encode()


def artifact() -> zipfile.ZipFile:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("passport.json", json.dumps(PASSPORT))
        archive.writestr("suite.yaml", "requests: [{name: a wren, expect: {json: {prediction.winning_class: wren}}}]")
    return zipfile.ZipFile(content)


@pytest.mark.parametrize(("winner", "verdict"), [("wren", Verdict.PASSED), ("robin", Verdict.FAILED)])
def test_smoke_test_keeps_the_evidence_and_reports(
    winner: str,
    verdict: Verdict,
    ledger: FakeLedger,
    jobs: FakeJobs,
    event: Callable[[str], Json],
    context: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The document in the bucket, the counts in the ledger, the verdict in the job."""
    bucket = FakeBucket()
    trial = Trial(ledger, bucket, Service(winner), FakeClock())
    monkeypatch.setattr(smoke_test, "parts", lambda: (trial, jobs))
    monkeypatch.setattr(smoke_test, "open_artifact", lambda data: artifact())
    smoke_test.lambda_handler(event("job-smoke-test"), context)
    assert json.loads(bucket.written["evidence/birds-r12/staging.json"])["verdict"] == verdict
    assert ledger.release("birds-r12").smoke["staging"].verdict is verdict
    assert (JOB in jobs.done, JOB in jobs.failed) == (verdict is Verdict.PASSED, verdict is Verdict.FAILED)


def test_smoke_test_reports_a_suite_that_is_not_there(
    ledger: FakeLedger, jobs: FakeJobs, event: Callable[[str], Json], context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever happens, CodePipeline does not wait for 20 minutes."""
    trial = Trial(ledger, FakeBucket(), Service("wren"), FakeClock())
    monkeypatch.setattr(smoke_test, "parts", lambda: (trial, jobs))
    monkeypatch.setattr(smoke_test, "open_artifact", lambda data: zipfile.ZipFile(io.BytesIO(), "w"))
    smoke_test.lambda_handler(event("job-smoke-test"), context)
    assert jobs.failed[JOB] == "smoke_test failed: KeyError; see its log."
