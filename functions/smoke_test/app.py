"""The pipeline's job on staging and on production: is the release under test there, and right?"""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway.adapters.codepipeline_jobs import failure_message
from slipway.bootstrap import smoke_test
from slipway.smoke.job.reporting import report
from slipway.smoke.job.smoke_test_job import asked_by

logger = Logger()
RESERVE = 80.0  # seconds of an invocation kept for requests in flight (a minute at most), and for reporting


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Report the job in every case: one without a report holds its stage for 20 minutes."""
    job, flow, asked = event["CodePipeline.job"], smoke_test.build(), None
    try:
        asked = asked_by(job)
        with flow.open_artifact(job["data"]) as artifact:
            outcome = flow.trial.hold(asked, artifact, context.get_remaining_time_in_millis() / 1000 - RESERVE)
    except Exception as error:
        logger.exception("smoke_test failed")
        flow.jobs.fail(job["id"], failure_message("smoke_test", error))
    else:
        if outcome is None:
            return  # another delivery of the same job reports it
        summary = report(flow.jobs, asked, outcome)
        logger.info("tested", extra={"release": asked.release, "target": asked.target, "outcome": summary})
    if asked:
        flow.trial.finish(asked)
