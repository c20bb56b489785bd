"""Who put an object into the model bucket, from CloudTrail by EventBridge, minutes after it happened."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway.bootstrap import record_uploader

logger = Logger()


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Record the uploader of an object, and of the releases whose uploaders are known with it."""
    for release in record_uploader.build().record(event):
        logger.info("uploaders known", extra={"release": release.id, "uploaders": release.uploaders})
