"""The ledger, whose every change is measured."""

from __future__ import annotations

from slipway.adapters.ledger import DynamoLedger
from slipway.models import Release
from slipway.releases.measurements import measurements


def measured_ledger(table: str) -> DynamoLedger:
    """Return the ledger in a table; what changes in it is counted in metrics, by whichever function changes it."""
    return DynamoLedger(table, measure)


def measure(before: Release | None, after: Release) -> None:
    """Write a change's metrics to the log, from which CloudWatch reads them; the id of the release goes with them."""
    found = list(measurements(before, after))
    if not found:
        return
    from aws_lambda_powertools import Metrics  # most invocations change nothing

    metrics = Metrics(namespace="Slipway")
    for each in found:
        metrics.add_metric(name=each.name, unit=each.unit, value=each.value)
    metrics.add_metadata(key="release", value=after.id)
    metrics.flush_metrics()
