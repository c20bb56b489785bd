"""The one Slack message of a release, as blocks of Slack's Block Kit, and what is said below it."""

from slipway.notifications.places import Places

__all__ = ["Places"]
