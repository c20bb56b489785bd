"""The approval policy."""

from __future__ import annotations

from slipway import settings
from slipway.approvals.policy import Policy


def policy(read: settings.Policy) -> Policy:
    """Make the approval policy."""
    return Policy.parse(
        read.approvers,
        read.required_approvals,
        allow_self_approval=read.allow_self_approval,
        uploader_proof=read.uploader_proof,
    )
