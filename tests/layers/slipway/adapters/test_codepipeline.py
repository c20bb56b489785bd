"""CodePipeline is asked exactly what its API takes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.stub import Stubber

from slipway.adapters.codepipeline import PipelineJobs, ReleasePipeline
from slipway.errors import AnswerRefused
from slipway.models import Answer

TOKEN = "1a2b3c4d-573f-4ea7-a67e-0a0b0c0d0e0f"
NO = Answer("rejected", "U0ADA", datetime(2026, 11, 22, tzinfo=UTC), "slack", "x" * 600)


@pytest.fixture
def pipeline(aws_environment: None) -> ReleasePipeline:
    return ReleasePipeline("slipway")


@pytest.fixture
def jobs(aws_environment: None) -> PipelineJobs:
    return PipelineJobs()


def stubbed(adapter: Any) -> Stubber:
    return Stubber(adapter._client)


def test_a_release_is_started_once_by_its_name(pipeline: ReleasePipeline) -> None:
    """The release is its own client request token: a second start is the first."""
    asked = {
        "name": "slipway",
        "variables": [{"name": "ReleaseId", "value": "birds-r12"}],
        "clientRequestToken": "birds-r12",
    }
    with stubbed(pipeline) as stub:
        stub.add_response("start_pipeline_execution", {"pipelineExecutionId": "execution"}, asked)
        assert pipeline.start("birds-r12") == "execution"


def test_an_answer_fits_into_what_codepipeline_takes(pipeline: ReleasePipeline) -> None:
    """The summary says who, where and why, in 512 characters."""
    asked = {
        "pipelineName": "slipway",
        "stageName": "Staging",
        "actionName": "Approve",
        "token": TOKEN,
        "result": {"status": "Rejected", "summary": ("rejected by U0ADA in slack: " + "x" * 600)[:512]},
    }
    with stubbed(pipeline) as stub:
        stub.add_response("put_approval_result", {}, asked)
        pipeline.answer(TOKEN, NO)
        stub.assert_no_pending_responses()


@pytest.mark.parametrize("code", ["InvalidApprovalTokenException", "ApprovalAlreadyCompletedException"])
def test_a_question_that_no_longer_stands_refuses_the_answer(pipeline: ReleasePipeline, code: str) -> None:
    """Both mean that somebody else, or time, was first."""
    with stubbed(pipeline) as stub:
        stub.add_client_error("put_approval_result", code)
        with pytest.raises(AnswerRefused, match="answered elsewhere or has expired"):
            pipeline.answer(TOKEN, NO)


def test_a_job_reported_before_stays_as_it_was(jobs: PipelineJobs) -> None:
    """A job that is delivered twice is reported once."""
    with stubbed(jobs) as stub:
        stub.add_client_error("put_job_success_result", "InvalidJobStateException")
        stub.add_client_error("put_job_failure_result", "InvalidJobStateException")
        jobs.succeed("job", "done", {})
        jobs.fail("job", "not done")
        stub.assert_no_pending_responses()


def test_long_reports_are_cut(jobs: PipelineJobs) -> None:
    """AWS refuses what botocore lets through."""
    failed = {"jobId": "job", "failureDetails": {"type": "JobFailed", "message": "x" * 5000}}
    succeeded = {"jobId": "job", "executionDetails": {"summary": "x" * 2048}, "outputVariables": {"A": "b"}}
    with stubbed(jobs) as stub:
        stub.add_response("put_job_failure_result", {}, failed)
        stub.add_response("put_job_success_result", {}, succeeded)
        jobs.fail("job", "x" * 9000)
        jobs.succeed("job", "x" * 9000, {"A": "b"})
        stub.assert_no_pending_responses()


def test_a_job_that_is_continued_has_no_outputs_yet(jobs: PipelineJobs) -> None:
    """CodePipeline takes variables only at the end, and shows how far it is."""
    asked = {
        "jobId": "job",
        "continuationToken": "token",
        "executionDetails": {"summary": "Golden set: 9 of 40.", "percentComplete": 29},
    }
    with stubbed(jobs) as stub:
        stub.add_response("put_job_success_result", {}, asked)
        stub.add_client_error("put_job_success_result", "InvalidJobStateException")
        jobs.continue_later("job", "token", 29, "Golden set: 9 of 40.")
        jobs.continue_later("job", "token", 29, "Golden set: 9 of 40.")
        stub.assert_no_pending_responses()


@pytest.mark.parametrize("token", ["", "x" * 2049])
def test_a_token_that_codepipeline_would_refuse_is_never_sent(jobs: PipelineJobs, token: str) -> None:
    """Nobody else would notice before AWS does."""
    with pytest.raises(ValueError, match="1 to 2048 characters"):
        jobs.continue_later("job", token, 0, "")
