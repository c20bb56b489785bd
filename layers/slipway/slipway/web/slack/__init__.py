"""Requests from Slack: verified first, read second, handled from a queue."""
