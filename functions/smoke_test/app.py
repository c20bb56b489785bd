"""The pipeline's job on staging and on production: is the release under test there, and right?"""

import json
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway import settings
from slipway.adapters.clock import SystemClock
from slipway.adapters.codepipeline import PipelineJobs
from slipway.adapters.http import ServiceHttp
from slipway.adapters.ledger import DynamoLedger
from slipway.adapters.s3 import ModelBucket, open_artifact
from slipway.errors import SlipwayError
from slipway.models import Verdict
from slipway.smoke import report
from slipway.smoke.trial import Trial

logger = Logger()
RESERVE = 20.0  # seconds kept for the requests and for reporting


@cache
def parts() -> tuple[Trial, PipelineJobs]:
    """Put the parts together, once for as long as the function stays warm."""
    told = settings.read(settings.SmokeTest)
    bucket = ModelBucket(told.model_bucket)
    return Trial(DynamoLedger(told.ledger_table), bucket, ServiceHttp(), SystemClock()), PipelineJobs()


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Report the job in every case: a job without a report holds the stage for 20 minutes."""
    job = event["CodePipeline.job"]
    trial, jobs = parts()
    try:
        asked = json.loads(job["data"]["actionConfiguration"]["configuration"]["UserParameters"])
        deadline = context.get_remaining_time_in_millis() / 1000 - RESERVE
        with open_artifact(job["data"]) as artifact:
            evidence = trial.hold(asked, artifact, deadline)
    except Exception as error:
        logger.exception("smoke_test failed")
        known = isinstance(error, SlipwayError)
        jobs.fail(job["id"], str(error) if known else f"smoke_test failed: {type(error).__name__}; see its log.")
        return
    logger.info("tested", extra={"asked": asked, "verdict": evidence.verdict})
    if evidence.verdict is Verdict.PASSED:
        jobs.succeed(job["id"], report.sentence(evidence), {"Evidence": report.summary(evidence).evidence})
    else:
        jobs.fail(job["id"], report.sentence(evidence))
