"""Who uploaded, as CloudTrail tells it."""

from __future__ import annotations

from functools import cache

from slipway import settings
from slipway.adapters.s3 import ModelBucket
from slipway.bootstrap.ledger import measured_ledger
from slipway.uploads.provenance import Provenance


@cache
def build() -> Provenance:
    """Return what records uploaders, as the environment configures it; raises SettingMissing."""
    config = settings.read(settings.RecordUploader)
    return Provenance(measured_ledger(config.ledger_table), ModelBucket(config.model_bucket))
