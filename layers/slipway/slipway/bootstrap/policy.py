"""The approval policy."""

from __future__ import annotations

from slipway import settings
from slipway.approvals.policy import Policy


def policy(config: settings.Policy) -> Policy:
    """Return the approval policy of the stack's parameters."""
    return Policy.parse(
        config.approvers,
        config.required_approvals,
        allow_self_approval=config.allow_self_approval,
        uploader_proof=config.uploader_proof,
    )
