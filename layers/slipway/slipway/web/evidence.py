"""The evidence of a release's smoke tests, as pages read it."""

from __future__ import annotations

import json

from slipway.errors import EvidenceUnreadable
from slipway.models import Release
from slipway.ports import Bucket
from slipway.smoke.evidence import Evidence
from slipway.smoke.report import evidence_of

_LARGEST = 5 * 1024**2  # bytes; the response of a function URL has at most six MB


def read_evidence(bucket: Bucket, release: Release, target: str = "staging") -> Evidence | None:
    """Read the evidence of a smoke test; None if there is none that can be read."""
    smoke = release.smoke.get(target)
    if smoke is None:
        return None
    try:
        return evidence_of(json.loads(bucket.text(smoke.evidence, _LARGEST)))
    except (EvidenceUnreadable, AttributeError, LookupError, TypeError, ValueError):
        return None
