"""A job of the pipeline is reported in every case."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from functions.open_release import app
from slipway.bootstrap import open_release
from slipway.bootstrap.open_release import OpenRelease
from slipway.models import Candidate, Json, State
from slipway.releases.open_release import ReleaseOpener
from tests.support.fakes import NOW, FakeClock, FakeJobs, FakeLedger, FakePipeline

COMMIT = "8cf40f2e9d1b7a6c5d4e3f2a1b0c9d8e7f6a5b4c"
JOB = "11111111-abcd-1111-abcd-111111abcdef"


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


def opening(ledger: FakeLedger, jobs: FakeJobs) -> OpenRelease:
    return OpenRelease(ReleaseOpener(ledger, FakePipeline(), FakeClock()), jobs)


def test_open_release_gives_the_variables_of_the_build(
    ledger: FakeLedger, jobs: FakeJobs, event: Callable[[str], Json], context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The following actions name the release and the candidate."""
    monkeypatch.setattr(open_release, "build", lambda: opening(ledger, jobs))
    app.lambda_handler(event("job-open-release"), context)
    manifest = "candidates/birds-r12.json"
    assert jobs.done == {JOB: {"ReleaseId": "birds-r12", "CandidateId": "birds-000000000011", "Manifest": manifest}}
    opened = ledger.release("birds-r12")
    assert (opened.commit.id, opened.commit.message) == (COMMIT, "Read sevens better")
    assert opened.commit.repository == "https://github.com/example/birds"


def test_an_execution_that_has_nothing_to_release_is_stopped_with_a_sentence(
    jobs: FakeJobs, event: Callable[[str], Json], context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new pipeline runs once by itself, before anybody has uploaded a model; that is no failure."""
    pipeline, job = FakePipeline(), event("job-open-release")
    opener = ReleaseOpener(FakeLedger(), pipeline, FakeClock())
    monkeypatch.setattr(open_release, "build", lambda: OpenRelease(opener, jobs))
    settings = job["CodePipeline.job"]["data"]["actionConfiguration"]["configuration"]
    settings["UserParameters"] = json.dumps({"commit": COMMIT, "release_id": "auto", "execution_id": "first"})
    app.lambda_handler(job, context)
    assert (jobs.done, jobs.failed) == ({}, {})
    assert pipeline.stopped["first"].endswith("upload one first.")


@pytest.mark.parametrize("author", ["grace@example.com", ""])
def test_the_author_of_a_commit_is_who_the_pipeline_says(author: str, ledger: FakeLedger) -> None:
    """A source that does not tell is no obstacle: the author stays unknown."""
    pipeline = FakePipeline(authors={"execution": author})
    told = {
        "commit": COMMIT,
        "release_id": "birds-r12",
        "execution_id": "execution",
        "commit_author": "eve@example.com",
    }
    ReleaseOpener(ledger, pipeline, FakeClock()).open(told)
    assert ledger.release("birds-r12").commit.author == author


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (FakeLedger(), "The ledger has no release birds-r12."),
        (BrokenLedger(), "open_release failed: ZeroDivisionError; see its log."),
    ],
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
    monkeypatch.setattr(open_release, "build", lambda: opening(broken, jobs))
    app.lambda_handler(event("job-open-release"), context)
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
    log = logged(app.logger)
    monkeypatch.setattr(open_release, "build", lambda: opening(BrokenLedger(), jobs))
    app.lambda_handler(event("job-open-release"), context)
    assert "open_release failed" in log.getvalue()
    assert not [secret for secret in ("secret_key", "session_token", "access_key_ID") if secret in log.getvalue()]
