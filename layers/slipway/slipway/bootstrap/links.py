"""Personal links."""

from __future__ import annotations

from slipway import settings
from slipway.adapters.secrets import link_secrets
from slipway.web.links import Links


def links(read: settings.Links, home: str = "/") -> Links:
    """Make the signer of personal links, which begin with `home`."""
    return Links(lambda: link_secrets(read.link_secret), home)
