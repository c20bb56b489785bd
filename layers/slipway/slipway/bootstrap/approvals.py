"""What several functions need to know who approves: the policy, and personal links."""

from __future__ import annotations

from slipway import settings
from slipway.adapters.secrets import link_secrets
from slipway.approvals.policy import Policy
from slipway.web.links import Links


def policy(read: settings.Policy) -> Policy:
    """Make the approval policy."""
    return Policy.read(read.approvers, read.required_approvals, own=read.allow_self_approval)


def links(read: settings.Links, home: str = "/") -> Links:
    """Make the signer of personal links, which begin with `home`."""
    return Links(lambda: link_secrets(read.link_secret), home)
