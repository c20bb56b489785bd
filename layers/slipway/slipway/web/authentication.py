"""Who reads: the person of a link, as long as they are an approver."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from slipway.approvals.policy import Policy
from slipway.errors import NotAuthentic
from slipway.models import Approver
from slipway.web.links import Link, Links, Purpose


@dataclass(frozen=True, slots=True)
class Reader:
    """A person with an open link; `token` is the link as it was given."""

    person: Approver
    link: Link
    token: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Door:
    """Lets in who has a link and is an approver still."""

    links: Links
    policy: Policy

    def open(self, token: str, purpose: Purpose, now: datetime) -> Reader:
        """Open a link, or raise NotAuthentic."""
        link = self.links.opened(token, purpose, now)
        person = self.policy.person(link.person)
        if person is None:
            raise NotAuthentic("The link's person is no approver any more.")
        return Reader(person, link, token, now)
