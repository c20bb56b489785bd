"""People on cards: by their Slack name where it is known."""

from __future__ import annotations

from collections.abc import Iterable

from slipway.approvals.policy import Policy
from slipway.models import Approver
from slipway.notifications.slack.markup import name


def mention(person: Approver) -> str:
    """Call a person, or a group (its id begins with S)."""
    if not person.slack_id:
        return name(person.email)
    return f"<!subteam^{person.slack_id}>" if person.slack_id.startswith("S") else f"<@{person.slack_id}>"


def mentions(people: Iterable[Approver]) -> str:
    """Call several people."""
    return " ".join(mention(person) for person in people)


def who(by: str, policy: Policy) -> str:
    """Name whoever did something: an approver, or somebody whom only AWS knows."""
    person = policy.person(by)
    return mention(person) if person else name(by)
