"""Who uploaded, as CloudTrail tells it."""

from __future__ import annotations

from functools import cache

from slipway import settings
from slipway.adapters.ledger import DynamoLedger
from slipway.adapters.s3 import ModelBucket
from slipway.uploads.provenance import Provenance


@cache
def build() -> Provenance:
    """Make the record of who uploaded."""
    read = settings.read(settings.RecordUploader)
    return Provenance(DynamoLedger(read.ledger_table), ModelBucket(read.model_bucket))
