"""The pipeline's first job: which release does this execution carry?"""

import json
from datetime import datetime
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway import settings
from slipway.adapters.clock import SystemClock
from slipway.adapters.codepipeline import PipelineJobs, ReleasePipeline
from slipway.adapters.ledger import DynamoLedger
from slipway.errors import SlipwayError
from slipway.models import Commit
from slipway.releases import start_execution
from slipway.releases.code_diff import repository_at

logger = Logger()
MESSAGE = 2000  # letters kept of a commit's message


@cache
def parts() -> tuple[DynamoLedger, ReleasePipeline, PipelineJobs]:
    """Put the parts together, once for as long as the function stays warm."""
    told = settings.read(settings.OpenRelease)
    return DynamoLedger(told.ledger_table), ReleasePipeline(told.pipeline_name), PipelineJobs()


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Report the job in every case: a job without a report holds the stage for 20 minutes."""
    job = event["CodePipeline.job"]
    ledger, pipeline, jobs = parts()
    try:
        asked = json.loads(job["data"]["actionConfiguration"]["configuration"]["UserParameters"])
        outputs = open_release(ledger, pipeline, asked, SystemClock().now())
    except SlipwayError as error:
        jobs.fail(job["id"], str(error))
    except Exception as error:
        logger.exception("open_release failed")
        jobs.fail(job["id"], f"open_release failed unexpectedly ({type(error).__name__}); see its log.")
    else:
        jobs.succeed(job["id"], f"This execution carries {outputs['ReleaseId']}.", outputs)


def open_release(
    ledger: DynamoLedger, pipeline: ReleasePipeline, asked: dict[str, str], now: datetime
) -> dict[str, str]:
    """Give the variables that the following actions use."""
    execution_id = asked["execution_id"]
    message, provider = pipeline.revision_of(execution_id)
    repository = repository_at(provider, asked.get("repository", ""))
    commit = Commit(asked["commit"], asked.get("commit_author", ""), message[:MESSAGE], repository)
    release = start_execution.open_for_execution(ledger, asked["release_id"], execution_id, commit, now)
    logger.info("opened", extra={"release": release.id, "execution_id": execution_id})
    return {"ReleaseId": release.id, "CandidateId": release.candidate}
