"""The pipeline's job on staging and on production: is the release under test there, and right?"""

import json
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway import releases, settings
from slipway.adapters.clock import SystemClock
from slipway.adapters.codepipeline import PipelineJobs
from slipway.adapters.http import ServiceHttp
from slipway.adapters.ledger import DynamoLedger
from slipway.adapters.s3 import ModelBucket, open_artifact
from slipway.errors import SlipwayError
from slipway.models import Evidence, Verdict
from slipway.smoke import report, suite
from slipway.smoke.run import Run

logger = Logger()
RESERVE = 20.0  # seconds kept for the requests and for reporting


@cache
def parts() -> tuple[DynamoLedger, ModelBucket, PipelineJobs]:
    """Put the parts together, once for as long as the function stays warm."""
    told = settings.read(settings.SmokeTest)
    return DynamoLedger(told.ledger_table), ModelBucket(told.model_bucket), PipelineJobs()


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Report the job in every case: a job without a report holds the stage for 20 minutes."""
    job = event["CodePipeline.job"]
    jobs = parts()[2]
    try:
        evidence = test(job["data"], context.get_remaining_time_in_millis() / 1000 - RESERVE)
    except SlipwayError as error:
        jobs.fail(job["id"], str(error))
    except Exception as error:
        logger.exception("smoke_test failed")
        jobs.fail(job["id"], f"smoke_test failed unexpectedly ({type(error).__name__}); see its log.")
    else:
        if evidence.verdict is Verdict.PASSED:
            jobs.succeed(job["id"], report.sentence(evidence), {"Evidence": report.summary(evidence).evidence})
        else:
            jobs.fail(job["id"], report.sentence(evidence))


def test(data: dict[str, Any], deadline: float) -> Evidence:
    """Run the suite of the build against a target, and keep the evidence; `deadline` in seconds."""
    ledger, bucket, _ = parts()
    asked = json.loads(data["actionConfiguration"]["configuration"]["UserParameters"])
    with open_artifact(data) as artifact:
        checks = suite.parse(artifact.read("suite.yaml"), artifact.read)
        passport = json.loads(artifact.read("passport.json"))
    run = Run(checks, asked["url"], passport, ServiceHttp(), SystemClock())
    evidence = run.evidence(asked["target"], deadline)
    summary = report.summary(evidence)
    bucket.write(summary.evidence, json.dumps(report.document(evidence), indent=2).encode(), "application/json")
    releases.tested(ledger, asked["release_id"], asked["target"], summary)
    logger.info(
        "tested",
        extra={"release": asked["release_id"], "target": asked["target"], "verdict": summary.verdict},
    )
    return evidence
