"""Permissions that run out: trigger ids and response URLs."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from standins.slack.errors import SlackError

type Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Terms:
    """For how many seconds and uses a grant is good, and what Slack says when it no longer is."""

    seconds: float
    uses: int
    unknown: str
    expired: str
    exhausted: str


TRIGGER = Terms(3, 1, "invalid_trigger_id", "expired_trigger_id", "exchanged_trigger_id")
RESPONSE = Terms(30 * 60, 5, "invalid_url", "expired_url", "used_url")


@dataclass(slots=True)
class _Grant[Holder]:
    holder: Holder
    until: float
    uses: int


class Grants[Holder]:
    """Grants on one kind of terms, each for a holder: a user, or a message."""

    def __init__(self, terms: Terms, clock: Clock) -> None:
        self.terms = terms
        self._clock = clock
        self._grants: dict[str, _Grant[Holder]] = {}

    def issue(self, holder: Holder) -> str:
        """Return the key of a new grant."""
        key = secrets.token_hex(12)
        self._grants[key] = _Grant(holder, self._clock() + self.terms.seconds, self.terms.uses)
        return key

    def redeem(self, key: str) -> Holder:
        """Use a grant once and return its holder.

        Raises:
            SlackError: the grant is unknown, expired or used up.
        """
        grant = self._grants.get(key)
        if grant is None:
            raise SlackError(self.terms.unknown)
        if grant.uses == 0:
            raise SlackError(self.terms.exhausted)
        if self._clock() > grant.until:
            raise SlackError(self.terms.expired)
        grant.uses -= 1
        return grant.holder
