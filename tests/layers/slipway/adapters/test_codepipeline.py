"""CodePipeline is asked exactly what its API takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.stub import Stubber

from slipway.adapters.codepipeline import ReleasePipeline
from slipway.adapters.codepipeline_jobs import PipelineJobs
from slipway.errors import AnswerRefused, RollbackRefused
from slipway.models import Commit, Decision, Release, State

AT = datetime(2026, 11, 22, tzinfo=UTC)
TOKEN = "1a2b3c4d-573f-4ea7-a67e-0a0b0c0d0e0f"
NO = Decision("rejected", "ada@example.com", AT, "slack", "x" * 600)

RELEASE = Release("birds-r12", "birds", 12, "birds-7f3c1e9a2b4d", State.RECEIVED, {State.RECEIVED: AT})
EXECUTION = "6f1e7a52-3b0c-4d0e-9a55-0c6f2d6b7a10"


@pytest.fixture
def pipeline(aws_environment: None) -> ReleasePipeline:
    return ReleasePipeline("slipway")


@pytest.fixture
def jobs(aws_environment: None) -> PipelineJobs:
    return PipelineJobs()


def once(adapter: Any) -> Stubber:
    return Stubber(adapter._once)


def stubbed(adapter: Any) -> Stubber:
    return Stubber(adapter._client)


def test_a_release_is_started_once_by_its_name(pipeline: ReleasePipeline) -> None:
    """The release is its own client request token: a second start is the first."""
    asked = {
        "name": "slipway",
        "variables": [{"name": "ReleaseId", "value": "birds-r12"}],
        "clientRequestToken": "birds-r12",
        "sourceRevisions": [],
    }
    with stubbed(pipeline) as stub:
        stub.add_response("start_pipeline_execution", {"pipelineExecutionId": "execution"}, asked)
        assert pipeline.start(RELEASE) == "execution"


def test_a_way_back_is_started_with_the_commit_that_it_was_built_from(pipeline: ReleasePipeline) -> None:
    """So that nothing is built again."""
    revision = {"actionName": "Source", "revisionType": "COMMIT_ID", "revisionValue": "8cf40f2"}
    asked = {
        "name": "slipway",
        "variables": [{"name": "ReleaseId", "value": "birds-r12"}],
        "clientRequestToken": "birds-r12",
        "sourceRevisions": [revision],
    }
    with stubbed(pipeline) as stub:
        stub.add_response("start_pipeline_execution", {"pipelineExecutionId": "execution"}, asked)
        assert pipeline.start(replace(RELEASE, commit=Commit("8cf40f2"))) == "execution"


def action(stage: str, name: str, **more: Any) -> dict[str, Any]:
    return {"stageName": stage, "actionName": name, "startTime": AT, "lastUpdateTime": AT, **more}


@pytest.mark.parametrize(
    ("details", "answer"),
    [
        ([], None),
        ([action("Staging", "Approve", status="InProgress")], None),
        ([action("Staging", "Deploy", status="Failed", updatedBy="arn:aws:iam::1:user/ada")], None),
        (
            [
                action(
                    "Staging",
                    "Approve",
                    status="Succeeded",
                    updatedBy="arn:aws:sts::123456789012:assumed-role/Ops/ada",
                    output={"executionResult": {"externalExecutionSummary": "looks right"}},
                )
            ],
            Decision("approved", "assumed-role/Ops/ada", AT, "console", "looks right"),
        ),
        (
            [action("Staging", "Approve", status="Failed", updatedBy="arn:aws:iam::123456789012:user/grace")],
            Decision("rejected", "user/grace", AT, "console"),
        ),
    ],
)
def test_an_answer_in_the_console_is_found_with_its_name(
    pipeline: ReleasePipeline, details: list[dict[str, Any]], answer: Decision | None
) -> None:
    """CodePipeline keeps who answered, and what they wrote."""
    with stubbed(pipeline) as stub:
        asked = {"pipelineName": "slipway", "filter": {"pipelineExecutionId": "execution"}}
        stub.add_response("list_action_executions", {"actionExecutionDetails": details}, asked)
        assert pipeline.answered("execution") == answer


def test_an_answer_fits_into_what_codepipeline_takes(pipeline: ReleasePipeline) -> None:
    """The summary says who, where and why, in 512 characters."""
    asked = {
        "pipelineName": "slipway",
        "stageName": "Staging",
        "actionName": "Approve",
        "token": TOKEN,
        "result": {"status": "Rejected", "summary": ("rejected by ada@example.com in slack: " + "x" * 600)[:511] + "…"},
    }
    with once(pipeline) as stub:
        stub.add_response("put_approval_result", {}, asked)
        pipeline.answer(TOKEN, NO)
        stub.assert_no_pending_responses()


@pytest.mark.parametrize("code", ["InvalidApprovalTokenException", "ApprovalAlreadyCompletedException"])
def test_a_question_that_no_longer_stands_refuses_the_answer(pipeline: ReleasePipeline, code: str) -> None:
    """Both mean that somebody else, or time, was first."""
    with once(pipeline) as stub:
        stub.add_client_error("put_approval_result", code)
        with pytest.raises(AnswerRefused, match="answered elsewhere or has expired"):
            pipeline.answer(TOKEN, NO)


@pytest.mark.parametrize(
    ("summary", "message", "provider"),
    [
        ("Read sevens better", "Read sevens better", ""),
        ('{"ProviderType": "GitHub", "CommitMessage": "Read sevens better"}', "Read sevens better", "GitHub"),
        ("[1]", "[1]", ""),
    ],
)
def test_a_commits_message_is_read_as_connections_wrap_it(
    pipeline: ReleasePipeline, summary: str, message: str, provider: str
) -> None:
    """A connection writes JSON, other sources the message itself."""
    revision = {"name": "Source", "revisionId": "8cf40f2", "revisionSummary": summary}
    with stubbed(pipeline) as stub:
        stub.add_response("get_pipeline_execution", {"pipelineExecution": {"artifactRevisions": [revision]}})
        assert pipeline.revision_of(EXECUTION) == (message, provider)


@pytest.mark.parametrize(
    ("variables", "author"),
    [({"CommitId": "8cf40f2", "AuthorEmail": "grace@example.com"}, "grace@example.com"), ({"CommitId": "8cf40f2"}, "")],
)
def test_the_author_of_a_commit_is_read_from_what_the_source_left(
    pipeline: ReleasePipeline, variables: dict[str, str], author: str
) -> None:
    """AWS does not document this variable, so that it may be missing."""
    source = {"actionName": "Source", "output": {"outputVariables": variables}}
    with stubbed(pipeline) as stub:
        stub.add_response("list_action_executions", {"actionExecutionDetails": [{"actionName": "Deploy"}, source]})
        assert pipeline.commit_author(EXECUTION) == author


def test_an_author_that_cannot_be_asked_for_is_unknown(pipeline: ReleasePipeline) -> None:
    """Who wrote the code holds up no release."""
    with stubbed(pipeline) as stub:
        stub.add_client_error("list_action_executions", "AccessDeniedException")
        assert pipeline.commit_author(EXECUTION) == ""


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


def test_production_is_rolled_back_to_an_execution(pipeline: ReleasePipeline) -> None:
    """By the stage's own rollback, which needs no approval."""
    back = {"pipelineName": "slipway", "stageName": "Production", "targetPipelineExecutionId": EXECUTION}
    with stubbed(pipeline) as stub:
        stub.add_response("rollback_stage", {"pipelineExecutionId": "rollback"}, back)
        assert pipeline.roll_back(EXECUTION) == "rollback"


@pytest.mark.parametrize(
    "code",
    ["PipelineExecutionOutdatedException", "UnableToRollbackStageException", "PipelineExecutionNotFoundException"],
)
def test_an_execution_that_cannot_be_rolled_back_to_is_refused(pipeline: ReleasePipeline, code: str) -> None:
    """It is older than the pipeline's structure, or than what CodePipeline remembers."""
    with stubbed(pipeline) as stub:
        stub.add_client_error("rollback_stage", code)
        with pytest.raises(RollbackRefused, match="the pipeline has changed since"):
            pipeline.roll_back(EXECUTION)
