"""Changes of releases, from the ledger's stream, become cards and e-mails; a schedule catches up with what failed."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway.adapters.batches import handle_each
from slipway.bootstrap import announce as bootstrap

logger = Logger()
metrics = Metrics(namespace="Slipway")


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Handle a batch of the stream in order, or a scheduled event."""
    if "Records" in event:
        return handle_each(event, announce, logger)
    for release_id, failure in bootstrap.build().catch_up():
        record(release_id, failure)
    return {}


def announce(change: dict[str, Any]) -> None:
    """Announce a changed release."""
    release_id = change["dynamodb"]["NewImage"]["release"]["S"]
    record(release_id, bootstrap.build().notify(release_id))


def record(release_id: str, failure: str) -> None:
    """Log an announcement; what Slack did not take is counted, because it must not stop the stream."""
    if failure:
        metrics.add_metric(name="SlackUndelivered", unit=MetricUnit.Count, value=1)
        metrics.flush_metrics()
        logger.warning("Slack is behind", extra={"release": release_id, "why": failure})
    else:
        logger.info("announced", extra={"release": release_id})
