"""An existing pipeline as a custom resource: what Slipway has to know of it, read from its definition."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway.adapters import cloudformation
from slipway.bootstrap import discover_pipeline
from slipway.errors import DiscoveryFailed

logger = Logger()


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Look at the existing pipeline for a custom resource's request, and send CloudFormation what was found.

    It is answered in every case: a stack waits for a resource that does not respond.
    """
    physical_id, failure, data = event.get("PhysicalResourceId", "none"), "", dict[str, str]()
    try:
        if event["RequestType"] != "Delete":
            physical_id = event["ResourceProperties"]["ExistingPipeline"]
            data = discover_pipeline.discovered(event["ResourceProperties"])
            logger.info("discovered", extra=data)
    except DiscoveryFailed as error:
        failure = str(error)
    except Exception as error:
        logger.exception("discover_pipeline failed")
        failure = f"The pipeline could not be read: {error}"
    cloudformation.respond(event["ResponseURL"], cloudformation.response_to(event, physical_id, failure, data))
