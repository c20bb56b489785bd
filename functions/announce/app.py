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
    """Announce the changes in a batch of the ledger's stream; on a schedule, send digests and catch up with all cards.

    Returns which records failed, so that AWS delivers those again; nothing for the schedule.
    """
    if "Records" in event:
        return handle_each(event, announce, logger)
    notifier = bootstrap.build()
    try:
        for _ in notifier.send_digests():
            logger.info("digest sent")
    finally:
        for release_id, failure in notifier.catch_up():
            log_announcement(release_id, failure)
    return {}


def announce(change: dict[str, Any]) -> None:
    """Bring the card and the e-mails of the release in a record of the stream up to date."""
    release_id = change["dynamodb"]["NewImage"]["release"]["S"]
    logger.append_keys(release=release_id)
    log_announcement(release_id, bootstrap.build().notify(release_id))


def log_announcement(release_id: str, failure: str) -> None:
    """Log how the announcement of a release went; a `failure` of Slack's is counted in a metric, and not raised."""
    if failure:
        metrics.add_metric(name="SlackUndelivered", unit=MetricUnit.Count, value=1)
        metrics.flush_metrics()
        logger.warning("Slack is behind", extra={"release": release_id, "why": failure})
    else:
        logger.info("announced", extra={"release": release_id})
