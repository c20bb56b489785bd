"""Evidence, and the alarm for what was changed after its test."""

from __future__ import annotations

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from slipway import settings
from slipway.adapters.s3 import ModelBucket
from slipway.smoke.evidence_store import EvidenceStore


def evidence_store(read: settings.Bucket) -> EvidenceStore:
    """Make the store of evidence."""
    return EvidenceStore(ModelBucket(read.model_bucket), report_change)


def report_change(sentence: str) -> None:
    """Log what was changed after its test, and count it in the metric that an alarm watches."""
    Logger().error("EvidenceChanged", extra={"what": sentence})
    metrics = Metrics(namespace="Slipway")
    metrics.add_metric(name="EvidenceChanged", unit=MetricUnit.Count, value=1)
    metrics.flush_metrics()
