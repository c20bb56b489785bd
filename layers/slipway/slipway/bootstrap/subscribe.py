"""The e-mail subscriptions of a topic."""

from __future__ import annotations

from slipway.adapters.sns import EmailSubscriptions


def build(topic: str) -> EmailSubscriptions:
    """Return the e-mail subscriptions of the topic with this ARN."""
    return EmailSubscriptions(topic)
