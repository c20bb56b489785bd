"""What a browser asks for, read from the event of a function URL."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from slipway.models import Json

FIELDS = 20  # more than any of our forms has


@dataclass(frozen=True, slots=True)
class Visit:
    """A request for a page: what its address asks, and what its form sends; header names in lower case."""

    method: str
    path: str
    asked: dict[str, str] = field(default_factory=dict)
    sent: dict[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def foreign(self) -> bool:
        """Whether another site made the browser send this.

        Our pages send no referrer, and browsers then call their origin `null`.
        """
        site = self.headers.get("sec-fetch-site", "same-origin")
        origin = self.headers.get("origin", "null")
        return site != "same-origin" or (origin != "null" and urlsplit(origin).netloc != self.headers.get("host"))


def visit_of(event: Json) -> Visit:
    """Read an event; what is no form sends nothing."""
    return Visit(
        method=event["requestContext"]["http"]["method"],
        path=event["rawPath"],
        asked=_fields(event.get("rawQueryString", "")),
        sent=_fields(_body(event)),
        headers=event["headers"],
    )


def _body(event: Json) -> str:
    raw = event.get("body") or ""
    try:
        content = base64.b64decode(raw) if event.get("isBase64Encoded") else raw.encode()
    except ValueError:
        return ""
    return content.decode(errors="replace")


def _fields(text: str) -> dict[str, str]:
    try:
        return {name: values[0] for name, values in parse_qs(text, max_num_fields=FIELDS).items()}
    except ValueError:
        return {}
