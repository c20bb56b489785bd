"""What happens by the clock: reminders, and catching up on events that EventBridge did not deliver."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway.bootstrap import sweep
from slipway.models import Release

logger = Logger()
metrics = Metrics(namespace="Slipway")


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, list[str]]:
    """Run the sweep, and return the ids of the releases that each of its steps has changed."""
    steps, now = sweep.build(), datetime.now(UTC)
    try:
        moved = steps.run(now)
    finally:
        report_stuck(list(steps.stuck(now)))
    logger.info("swept", extra=moved | {"release": sorted({release for ids in moved.values() for release in ids})})
    return moved


def report_stuck(stuck: list[Release]) -> None:
    """Log releases that nothing moves any more, and count them in a metric, for the alarm."""
    for release in stuck:
        logger.warning("stuck", extra={"release": release.id, "state": release.state})
    metrics.add_metric(name="StuckReleases", unit=MetricUnit.Count, value=len(stuck))
    metrics.flush_metrics()
