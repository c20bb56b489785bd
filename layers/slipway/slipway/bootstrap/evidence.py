"""Evidence, and the alarm for what was changed after its test."""

from __future__ import annotations

from slipway import settings
from slipway.adapters.s3 import ModelBucket
from slipway.bootstrap.reporting import report
from slipway.smoke.evidence_store import EvidenceStore


def evidence_store(read: settings.Bucket) -> EvidenceStore:
    """Make the store of evidence."""
    return EvidenceStore(ModelBucket(read.model_bucket), report_change)


def report_change(sentence: str) -> None:
    """Report evidence or a build that was changed after its test."""
    report("EvidenceChanged", sentence)
