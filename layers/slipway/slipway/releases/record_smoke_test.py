"""Recording the result of a smoke test."""

from __future__ import annotations

from dataclasses import replace

from slipway.models import Release, SmokeSummary, State
from slipway.ports import Ledger


def record_smoke_test(ledger: Ledger, release_id: str, target: str, summary: SmokeSummary) -> Release:
    """Store the result of a smoke test of `staging` or `production` with its release, and return the release.

    A release that `is_being_decided` stays as it is.
    """

    def with_summary(release: Release) -> Release:
        """Return the release with the summary; unchanged while it is being decided."""
        if is_being_decided(release, target):
            return release
        return replace(release, smoke={**release.smoke, target: summary})

    return ledger.change(release_id, with_summary)


def is_being_decided(release: Release, target: str) -> bool:
    """Return whether approvers are deciding on the evidence of `target`, which therefore must not be replaced."""
    return target == "staging" and release.state is State.WAITING
