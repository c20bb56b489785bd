"""The evidence of a release's smoke tests, as pages show it."""

from __future__ import annotations

from slipway.errors import EvidenceUnreadable
from slipway.models import Json, Release
from slipway.smoke.evidence_store import EvidenceStore
from slipway.smoke.report.page import template_modules


def show_evidence(store: EvidenceStore, release: Release, target: str = "staging") -> Json:
    """Return what templates need to show `evidence`; that is None if it cannot be shown, and `no_evidence` says why."""
    try:
        return template_modules() | {"evidence": store.read(release, target)}
    except EvidenceUnreadable as error:
        return template_modules() | {"evidence": None, "no_evidence": str(error)}
