"""What is said of a release by e-mail, each thing once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from slipway.cards.places import Places
from slipway.cards.words import SENTENCES
from slipway.models import Card, Release, State
from slipway.ports import Mail

type Keep = Callable[[Card], Card]


@dataclass(frozen=True, slots=True)
class Mailings:
    """Mails what somebody has to act on."""

    mail: Mail
    places: Places

    def send(self, release: Release, card: Card, keep: Keep) -> Card:
        """Send what has not been sent; `keep` writes it down."""
        occasion = _occasion(release)
        if not occasion or occasion in card.mailed:
            return card
        self.mail.send(f"{release.id}: {SENTENCES[release.state]}", f"{release.reason}\n{self.places.staging}")
        return keep(replace(card, mailed=(*card.mailed, occasion)))


def _occasion(release: Release) -> str:
    """Name what a release is mailed about, each once: a question, its reminder, an end that somebody must know."""
    if release.state is State.WAITING and release.approval and not release.answer:
        return " ".join([release.approval.question, *release.reminders[-1:]])
    if release.state in (State.REFUSED, State.FAILED, State.EXPIRED, State.ROLLED_BACK):
        return f"{release.state} {release.attempt}"
    return ""
