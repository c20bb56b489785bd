"""The pipeline's first job: which release does this execution carry?"""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway.adapters.codepipeline_jobs import failure_message, user_parameters
from slipway.bootstrap import open_release

logger = Logger()


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Bind the execution of a pipeline job to its release, and report success with the output variables, or failure.

    A job is reported in every case: one without a report holds its stage for 20 minutes.
    """
    job, flow = event["CodePipeline.job"], open_release.build()
    logger.remove_keys(["release"])  # of the invocation before
    try:
        parameters = user_parameters(job)
        logger.append_keys(release=parameters.get("release_id"))  # "auto" for a push, until it is opened
        outputs = flow.opener.open(parameters)
    except Exception as error:
        logger.exception("open_release failed")
        flow.jobs.fail(job["id"], failure_message("open_release", error))
    else:
        if outputs is None:  # whoever stops an execution abandons its jobs
            logger.info("stopped")
            return
        logger.append_keys(release=outputs["ReleaseId"])
        logger.info("opened", extra=outputs)
        flow.jobs.succeed(job["id"], f"This execution carries {outputs['ReleaseId']}.", outputs)
