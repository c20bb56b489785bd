"""Who views a page: the person of a valid link, as long as they are an approver."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from slipway.approvals.policy import Policy
from slipway.errors import NotAuthentic
from slipway.models import Approver
from slipway.web.personal_links import Link, PersonalLinks, Purpose


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person with a valid link; `token` is the link as it was sent."""

    person: Approver
    link: Link
    token: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Authenticator:
    """Accepts whoever has a link and is still an approver."""

    links: PersonalLinks
    policy: Policy

    def authenticate(self, token: str, purpose: Purpose, now: datetime) -> Viewer:
        """Return the viewer whom a token proves; raises NotAuthentic."""
        link = self.links.open(token, purpose, now)
        person = self.policy.find(link.person)
        if person is None:
            raise NotAuthentic("The link's person is no longer an approver.")
        return Viewer(person, link, token, now)
