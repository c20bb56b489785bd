"""Recording the result of a smoke test."""

from __future__ import annotations

from dataclasses import replace

from slipway.models import Release, SmokeSummary, State
from slipway.ports import Ledger


def record_smoke_test(ledger: Ledger, release_id: str, target: str, summary: SmokeSummary) -> Release:
    """Store what a smoke test of `staging` or `production` found, unless a decision is being made on an earlier one."""

    def change(release: Release) -> Release:
        if is_being_decided(release, target):
            return release
        return replace(release, smoke={**release.smoke, target: summary})

    return ledger.change(release_id, change)


def is_being_decided(release: Release, target: str) -> bool:
    """Return whether approvers are deciding on a target's evidence: a duplicate job must not replace it."""
    return target == "staging" and release.state is State.WAITING
