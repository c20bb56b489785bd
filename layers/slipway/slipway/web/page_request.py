"""What a browser asks for, read from the event of a function URL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from slipway.models import Json

FIELDS = 20  # more than any of our forms has


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A request for a page; header names in lower case."""

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, event: Json, body: bytes) -> PageRequest:
        """Return the request in a function URL's event, with its body decoded; a body that is no form has no fields."""
        method, headers = event["requestContext"]["http"]["method"], event.get("headers") or {}
        query = _fields(event.get("rawQueryString", ""))
        return cls(method, event["rawPath"], query, _fields(body.decode(errors="replace")), headers)

    @property
    def wants_json(self) -> bool:
        """Whether a program asks, such as the command `slipway`: it gets JSON."""
        return self.headers.get("accept") == "application/json"

    @property
    def cross_site(self) -> bool:
        """Whether another site made the browser send this.

        Our pages send no referrer, and browsers then call their origin `null`.
        """
        site = self.headers.get("sec-fetch-site", "same-origin")
        origin = self.headers.get("origin", "null")
        return site != "same-origin" or (origin != "null" and origin.partition("://")[2] != self.headers.get("host"))


def _fields(text: str) -> dict[str, str]:
    """Return the fields of a query or form, the first of each name; none if there are too many."""
    try:
        return {name: values[0] for name, values in parse_qs(text, max_num_fields=FIELDS).items()}
    except ValueError:
        return {}
