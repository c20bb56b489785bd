"""Personal links."""

from __future__ import annotations

from slipway import settings
from slipway.adapters.secrets import link_secrets
from slipway.web.personal_links import PersonalLinks


def personal_links(read: settings.Links, home: str = "/") -> PersonalLinks:
    """Make the signer of personal links, which begin with `home`."""
    return PersonalLinks(lambda: link_secrets(read.link_secret), home)
