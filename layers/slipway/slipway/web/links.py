"""Personal links: each is signed, expires, and names who may use it for what; whoever has it needs nothing else."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import quote

from slipway.errors import NotAuthentic
from slipway.models import Approver, Release

type Purpose = Literal["review", "history"]

HISTORY = timedelta(days=7)
LONGEST = 1000  # characters of a token; no honest one comes near
_SEAL = 22  # characters of its signature: 132 bits are enough, and leave a link short


@dataclass(frozen=True, slots=True)
class Link:
    """What a link says: who may do what until when; a link to a review names the release and its question."""

    purpose: Purpose
    person: str
    expires: datetime
    release: str = ""
    question: str = ""


@dataclass(frozen=True, slots=True)
class Links:
    """Makes links with the first of its secrets, and opens what any of them has signed; `home` ends in `/`.

    They are asked for each time: a warm function must notice that they were rotated.
    """

    secrets: Callable[[], Sequence[str]]
    home: str = "/"

    def review(self, person: Approver, release: Release) -> str:
        """Give a person's link to answer the question that stands, or to the story if nothing is asked."""
        asked = release.approval
        if asked is None:
            return self.story(person, release)
        link = Link("review", person.email, asked.expires, release.id, asked.question)
        return f"{self.home}review?t={self.token(link)}"

    def story(self, person: Approver, release: Release) -> str:
        """Give a person's link to all that happened to a release, good for a week from the last of it."""
        link = Link("history", person.email, max(release.times.values()) + HISTORY)
        return f"{self.home}history/{quote(release.id)}?t={self.token(link)}"

    def history(self, person: Approver, now: datetime) -> str:
        """Give a person's link to the history, good for a week."""
        return f"{self.home}history?t={self.token(Link('history', person.email, now + HISTORY))}"

    def token(self, link: Link) -> str:
        """Write a link down and sign it."""
        words = (link.purpose, link.person, int(link.expires.timestamp()), link.release, link.question)
        said = _text(json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode())
        return said + _seal(self.secrets()[0], said)

    def opened(self, token: str, purpose: Purpose, now: datetime) -> Link:
        """Read a link of that purpose, or raise NotAuthentic; nothing is read before its signature is checked."""
        said, seal = token[:-_SEAL], token[-_SEAL:].encode(errors="replace")
        seals = [_seal(secret, said).encode() for secret in self.secrets() if secret and len(token) <= LONGEST]
        if not any(hmac.compare_digest(ours, seal) for ours in seals):
            raise NotAuthentic("The link was not made here.")
        link = _read(said)
        if link.purpose != purpose:
            raise NotAuthentic("The link is for something else.")
        if now >= link.expires:
            raise NotAuthentic("The link has expired.")
        return link


def _seal(secret: str, said: str) -> str:
    return _text(hmac.digest(secret.encode(), said.encode(errors="replace"), hashlib.sha256))[:_SEAL]


def _text(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


def _read(said: str) -> Link:
    purpose, person, expires, release, question = json.loads(urlsafe_b64decode(said + "=" * (-len(said) % 4)))
    return Link(purpose, person, datetime.fromtimestamp(expires, UTC), release, question)
