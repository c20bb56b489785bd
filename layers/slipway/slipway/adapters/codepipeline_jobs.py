"""CodePipeline's Lambda jobs: their parameters, and the reports that it waits for."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

import boto3

from slipway.errors import SlipwayError
from slipway.models import Json

if TYPE_CHECKING:
    from mypy_boto3_codepipeline import CodePipelineClient
    from mypy_boto3_codepipeline.type_defs import ExecutionDetailsTypeDef

# botocore checks no maximum lengths: these are the service's, from its API reference.
_SUMMARY = 2048
_MESSAGE = 5000
_TOKEN = 2048


class PipelineJobs:
    """Reports of jobs; a job that is reported twice stays as it was reported first."""

    def __init__(self) -> None:
        self._client: CodePipelineClient = boto3.client("codepipeline")
        self._reported = self._client.exceptions.InvalidJobStateException

    def continue_later(self, job_id: str, token: str, percent: int, summary: str) -> None:
        """Have CodePipeline invoke the function again with a token (at most 2048 characters), in a new job."""
        if not 0 < len(token) <= _TOKEN:
            raise ValueError(f"A continuation token has 1 to {_TOKEN} characters, not {len(token)}.")
        details: ExecutionDetailsTypeDef = {"summary": summary[:_SUMMARY], "percentComplete": percent}
        with suppress(self._reported):
            self._client.put_job_success_result(jobId=job_id, continuationToken=token, executionDetails=details)

    def succeed(self, job_id: str, summary: str, outputs: dict[str, str]) -> None:
        """Report that a job succeeded, with the output variables of its action."""
        with suppress(self._reported):
            self._client.put_job_success_result(
                jobId=job_id, executionDetails={"summary": summary[:_SUMMARY]}, outputVariables=outputs
            )

    def fail(self, job_id: str, message: str) -> None:
        """Report that a job failed, with the sentence that the console shows."""
        with suppress(self._reported):
            self._client.put_job_failure_result(
                jobId=job_id, failureDetails={"type": "JobFailed", "message": message[:_MESSAGE]}
            )


def user_parameters(job: Json) -> dict[str, str]:
    """Return the `UserParameters` of a job's action, which our pipeline writes as JSON."""
    parameters: dict[str, str] = json.loads(job["data"]["actionConfiguration"]["configuration"]["UserParameters"])
    return parameters


def failure_message(function: str, error: Exception) -> str:
    """Return what CodePipeline shows of a failed job: one of our errors by its sentence, others without details."""
    if isinstance(error, SlipwayError):
        return str(error)
    return f"{function} failed: {type(error).__name__}; see its log."
