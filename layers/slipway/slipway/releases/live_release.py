"""The release in production, for those whose work must not end because it cannot be read."""

from __future__ import annotations

from slipway.errors import ItemUnreadable, NotFound
from slipway.models import Release
from slipway.ports import Ledger


def live_release(ledger: Ledger) -> Release | None:
    """Return the live release; None where nothing is live, and where the ledger's item cannot be read."""
    try:
        return ledger.live()
    except (ItemUnreadable, NotFound):
        return None
