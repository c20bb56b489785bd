"""The pipeline's job on staging and on production: is the release under test there, and right?"""

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway import settings
from slipway.adapters.beanstalk import BeanstalkEnvironments
from slipway.adapters.clock import SystemClock
from slipway.adapters.codepipeline import PipelineJobs
from slipway.adapters.http import ServiceHttp
from slipway.adapters.ledger import DynamoLedger
from slipway.adapters.s3 import ModelBucket, open_artifact
from slipway.errors import SlipwayError
from slipway.models import Verdict
from slipway.smoke.evidence import Evidence, key_of
from slipway.smoke.job.smoke_test_job import Paused, Trial, asked_by

logger = Logger()
RESERVE = 80.0  # seconds kept for what is on its way (a minute at most), and for reporting


@cache
def parts() -> tuple[Trial, PipelineJobs]:
    """Put the parts together, once for as long as the function stays warm."""
    told = settings.read(settings.SmokeTest)
    bucket, environments = ModelBucket(told.model_bucket), BeanstalkEnvironments(told.pipeline_name)
    return Trial(DynamoLedger(told.ledger_table), bucket, ServiceHttp(), SystemClock(), environments), PipelineJobs()


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Report the job in every case: a job without a report holds the stage for 20 minutes."""
    job = event["CodePipeline.job"]
    trial, jobs = parts()
    asked = None
    try:
        asked = asked_by(job)
        with open_artifact(job["data"]) as artifact:
            outcome = trial.hold(asked, artifact, context.get_remaining_time_in_millis() / 1000 - RESERVE)
    except Exception as error:
        logger.exception("smoke_test failed")
        known = isinstance(error, SlipwayError)
        jobs.fail(job["id"], str(error) if known else f"smoke_test failed: {type(error).__name__}; see its log.")
        if asked:
            trial.finish(asked)
        return
    if outcome is None:
        return  # another delivery of the same job reports it
    logger.info("tested", extra={"release": asked.release, "target": asked.target, "outcome": said(outcome)})
    if isinstance(outcome, Paused):
        jobs.continue_later(asked.job, outcome.token, outcome.percent, outcome.summary)
    elif outcome.verdict is Verdict.PASSED:
        jobs.succeed(asked.job, said(outcome), {"Evidence": key_of(outcome.release, outcome.target)})
    else:
        jobs.fail(asked.job, said(outcome))
    trial.finish(asked)


def said(outcome: Evidence | Paused) -> str:
    """Say in one sentence what came out."""
    if isinstance(outcome, Paused):
        return outcome.summary
    from slipway.smoke import report  # a run that goes on later needs none

    return report.sentence(outcome)
