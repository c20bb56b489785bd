"""Personal links: each is signed, expires, and names its person and purpose; whoever holds it needs no other proof."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import quote

from itsdangerous import BadData, URLSafeSerializer

from slipway.errors import NotAuthentic
from slipway.models import Approver, Release

type Purpose = Literal["review", "history"]

HISTORY = timedelta(days=7)
# Bounds what is hashed. The decoder of the signature would skip other letters and ignore the two spare bits of the
# last one, so that one link could be written in several ways.
_TOKEN = re.compile(r"[\w.-]{1,1000}\.[\w-]{42}[AEIMQUYcgkosw048]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Link:
    """Who may do what until when; a link to a review names the release and its question."""

    purpose: Purpose
    person: str
    expires: datetime
    release: str = ""
    question: str = ""


@dataclass(frozen=True, slots=True)
class PersonalLinks:
    """Signs links with the first of its secrets, and opens those that any of them signed; `home` ends in `/`.

    The secrets are read at each use: a warm function must notice that they were rotated.
    """

    secrets: Callable[[], Sequence[str]]
    home: str = "/"

    def review(self, person: Approver, release: Release) -> str:
        """Return a person's link to answer the open question, or to the release if nothing is asked."""
        asked = release.approval.question
        if asked is None:
            return self.release(person, release)
        link = Link("review", person.email, asked.expires, release.id, asked.id)
        return f"{self.home}review?t={self.token(link)}"

    def release(self, person: Approver, release: Release) -> str:
        """Return a person's link to a release's page, good for a week from its last change of state."""
        link = Link("history", person.email, max(release.times.values()) + HISTORY)
        return f"{self.home}history/{quote(release.id)}?t={self.token(link)}"

    def history(self, person: Approver, now: datetime) -> str:
        """Return a person's link to the history, good for a week."""
        return f"{self.home}history?t={self.token(Link('history', person.email, now + HISTORY))}"

    def token(self, link: Link) -> str:
        """Return the signed token of a link."""
        fields = (link.person, int(link.expires.timestamp()), link.release, link.question)
        token: str = self._serializer(link.purpose).dumps(fields)
        return token

    def open(self, token: str, purpose: Purpose, now: datetime) -> Link:
        """Return the link in a token that was made for a purpose.

        Raises NotAuthentic if it is forged or has expired.
        """
        if not _TOKEN.fullmatch(token):
            raise NotAuthentic("This is no link.")
        try:
            person, expires, release, question = self._serializer(purpose).loads(token)
        except BadData as error:
            raise NotAuthentic("The link was not made here, or not for this.") from error
        link = Link(purpose, person, datetime.fromtimestamp(expires, UTC), release, question)
        if now >= link.expires:
            raise NotAuthentic("The link has expired.")
        return link

    def _serializer(self, purpose: Purpose) -> URLSafeSerializer:
        """Return the signer for a purpose: it signs with the newest secret, and accepts the older one, too."""
        oldest_first = [secret for secret in reversed(self.secrets()) if secret]
        algorithm = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
        return URLSafeSerializer(oldest_first, salt=purpose, signer_kwargs=algorithm)
