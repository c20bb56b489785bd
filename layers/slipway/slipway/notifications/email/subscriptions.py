"""The e-mail subscriptions of the topic: exactly those of the people whom the stack's parameters name."""

from __future__ import annotations

from slipway.ports import Subscriptions


def addresses(*parameters: str) -> list[str]:
    """Return the e-mail addresses in parameters like `U0ADA=ada@example.com,U0GRACE=grace@example.com`, each once."""
    entries = (entry.rpartition("=")[2].strip() for text in parameters for entry in text.split(","))
    return list({entry.casefold(): entry for entry in entries if "@" in entry}.values())


def synchronize(subscriptions: Subscriptions, wanted: list[str]) -> None:
    """Subscribe and unsubscribe until only `wanted` addresses have a personal subscription.

    Called again, it only repeats the confirmation request to those who have not confirmed. A subscription that was
    never confirmed cannot be ended: AWS drops it after two days, and nothing is sent to it. One that somebody made by
    hand for another address stays.
    """
    known = {one.address.casefold(): one for one in subscriptions.all()}
    for address in wanted:
        one = known.pop(address.casefold(), None)
        if one is None or not one.arn:
            subscriptions.subscribe(address)
        elif not one.personal:
            subscriptions.set_filter(one)
    for one in known.values():
        if one.personal:  # known only of one that was confirmed
            subscriptions.unsubscribe(one)
