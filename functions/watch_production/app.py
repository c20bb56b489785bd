"""The alarms of production soon after a release went live: one that goes off brings back what was live before."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from slipway.adapters.cloudwatch import alarm_of
from slipway.bootstrap import watch_production

logger = Logger()


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Handle an alarm's event, or ask for the alarms when the schedule says so: EventBridge may lose an event."""
    watch, now = watch_production.build(), datetime.now(UTC)
    if event.get("detail-type") == "CloudWatch Alarm State Change":
        alarm = alarm_of(event)
        moved = [watch.alarm_went_off(alarm, now)] if alarm else []
    else:
        moved = list(watch.check(now))
    for release in filter(None, moved):
        logger.info("watched", extra={"release": release.id, "alarm": release.bake.alarm, "why": release.reason})
