"""What CodePipeline is told of a smoke test."""

from __future__ import annotations

from slipway.models import Verdict
from slipway.ports import Jobs
from slipway.smoke.evidence import Evidence, key_of
from slipway.smoke.job.smoke_test_job import Asked, Paused


def report(jobs: Jobs, asked: Asked, outcome: Evidence | Paused) -> str:
    """Report a job, or ask for another invocation, and return the sentence that CodePipeline shows."""
    if isinstance(outcome, Paused):
        jobs.continue_later(asked.job, outcome.token, outcome.percent, outcome.summary)
        return outcome.summary
    from slipway.smoke.report import sentence  # most invocations of a long run do not end it

    summary = sentence(outcome)
    if outcome.verdict is Verdict.PASSED:
        jobs.succeed(asked.job, summary, {"Evidence": key_of(outcome.release, outcome.target)})
    else:
        jobs.fail(asked.job, summary)
    return summary
