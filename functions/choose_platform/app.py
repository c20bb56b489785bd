"""The environments' platform as a custom resource: the newest one at the first deployment, and then that one for good.

A changed platform would make CloudFormation replace the environments; managed updates move them on instead.
"""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway.adapters import cloudformation
from slipway.adapters.beanstalk import docker_platforms

logger = Logger()


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Respond to CloudFormation in every case: a stack waits for a resource that does not."""
    platform, failure = event.get("PhysicalResourceId", ""), ""
    try:
        platform = platform_for(event)
        logger.info("platform", extra={"request": event["RequestType"], "platform": platform})
    except Exception as error:
        logger.exception("choose_platform failed")
        failure = f"No platform could be chosen: {error}"
    cloudformation.respond(event["ResponseURL"], cloudformation.response_to(event, platform or "none", failure))


def platform_for(event: dict[str, Any]) -> str:
    """Return the platform: the one that the operator names, else the one that was chosen before, else the newest."""
    known = event.get("PhysicalResourceId", "")
    if event["RequestType"] == "Delete":
        return str(known)
    return str(event["ResourceProperties"].get("Wanted") or known or newest())


def newest() -> str:
    """Return the newest Docker platform, or raise LookupError."""
    if offered := docker_platforms():
        return offered[0]
    raise LookupError("Elastic Beanstalk offers no Docker platform on Amazon Linux 2023 in this region.")
