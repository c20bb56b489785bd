"""How a medium writes the parts of a fact."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from slipway.models import Approver


class Markup(Protocol):
    """What writes the parts of a fact: the modules `slack.mrkdwn` and `email.plain_text` are such."""

    def name(self, words: str) -> str:
        """Return a name that somebody else chose."""

    def code(self, words: str) -> str:
        """Return an identifier."""

    def sentence(self, words: str, limit: int = ...) -> str:
        """Return a sentence of ours that has others' words in it, cut to `limit` characters."""

    def quote(self, words: str, limit: int = ...) -> str:
        """Return others' prose in quotation marks, cut to `limit` characters; empty if there is none."""

    def link(self, url: str, label: str) -> str:
        """Return a label as a link; as text if there is no URL."""

    def time(self, at: datetime) -> str:
        """Return a time."""

    def person(self, person: Approver) -> str:
        """Return how an approver is named, or mentioned."""
