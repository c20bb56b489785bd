"""Evidence, and the alarm for what was changed after its test."""

from __future__ import annotations

from slipway import settings
from slipway.adapters.s3 import ModelBucket
from slipway.bootstrap.reporting import report
from slipway.smoke.evidence_store import EvidenceStore


def evidence_store(config: settings.Bucket) -> EvidenceStore:
    """Return the store of evidence in the model bucket."""
    return EvidenceStore(ModelBucket(config.model_bucket), report_change)


def report_change(sentence: str) -> None:
    """Log and count that evidence or a build was changed after its test."""
    report("EvidenceChanged", sentence)
