"""The result of a job, as CodePipeline is told it."""

from __future__ import annotations

from dataclasses import dataclass

from slipway.ports import Jobs


@dataclass(frozen=True, slots=True)
class JobSucceeded:
    """The job is done; `outputs` are the output variables of its action."""

    summary: str
    outputs: dict[str, str]


@dataclass(frozen=True, slots=True)
class JobFailed:
    """The job failed, and its action with it; `summary` says why."""

    summary: str


@dataclass(frozen=True, slots=True)
class Continuation:
    """The job is not done yet: CodePipeline starts another one with this `token`, which goes on."""

    token: str
    percent: int
    summary: str


type JobResult = JobSucceeded | JobFailed | Continuation


def report(jobs: Jobs, job_id: str, result: JobResult) -> None:
    """Report the result of a job to CodePipeline."""
    match result:
        case JobSucceeded(summary, outputs):
            jobs.succeed(job_id, summary, outputs)
        case JobFailed(summary):
            jobs.fail(job_id, summary)
        case Continuation(token, percent, summary):
            jobs.continue_later(job_id, token, percent, summary)
