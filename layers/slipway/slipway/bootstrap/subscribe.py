"""The e-mail subscriptions of a topic."""

from __future__ import annotations

from slipway.adapters.sns import EmailSubscriptions


def build(topic: str) -> EmailSubscriptions:
    """Make the subscriptions of the topic with an ARN: CloudFormation names it with each request."""
    return EmailSubscriptions(topic)
