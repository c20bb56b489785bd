"""Events that a person has to look at: each is logged as an error, and counted in a metric that an alarm may watch."""

from __future__ import annotations

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit


def report(event: str, sentence: str) -> None:
    """Log what happened, and count it in the metric with the event's name."""
    Logger().error(event, extra={"what": sentence})
    metrics = Metrics(namespace="Slipway")
    metrics.add_metric(name=event, unit=MetricUnit.Count, value=1)
    metrics.flush_metrics()
