"""The pipeline's job on staging and on production: is the release under test there, and right?"""

import uuid
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway.adapters.codepipeline_jobs import failure_message
from slipway.bootstrap import smoke_test
from slipway.smoke.job.reporting import JobFailed, JobResult, report
from slipway.smoke.job.request import SmokeTestRequest

logger = Logger()
RESERVE = 80.0  # seconds of an invocation kept for requests in flight (a minute at most), and for reporting


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Run the suite of a pipeline job, and report success, failure, or that the job continues in another invocation.

    A job is reported in every case: one without a report holds its stage for 20 minutes. Only a job that another
    invocation works on is not reported here.
    """
    job, flow = event["CodePipeline.job"], smoke_test.build()
    owner = uuid.uuid4().hex  # the request id would be the same when Lambda tries again
    result: JobResult | None
    logger.remove_keys(["release"])  # of the invocation before
    try:
        request = SmokeTestRequest.read(job)
        logger.append_keys(release=request.release)
        with flow.open_artifacts(job["data"]) as artifacts:
            seconds = context.get_remaining_time_in_millis() / 1000 - RESERVE
            result = flow.smoke_test.run(request, owner, artifacts, seconds)
        outcome = result.summary if result else "another invocation does it"
        logger.info("tested", extra={"target": request.target, "outcome": outcome})
    except Exception as error:
        logger.exception("smoke_test failed")
        result = JobFailed(failure_message("smoke_test", error))
    if result:
        report(flow.jobs, job["id"], result)
        flow.smoke_test.close(job["id"], owner)
