"""Personal links."""

from __future__ import annotations

from slipway import settings
from slipway.adapters.secrets import link_secrets
from slipway.web.personal_links import PersonalLinks


def personal_links(config: settings.Links, home: str = "/") -> PersonalLinks:
    """Return the signer of personal links; each link begins with `home`."""
    return PersonalLinks(lambda: link_secrets(config.link_secret), home)
