"""Pages as they leave: with headers that let nothing in but themselves, and keep their address to themselves."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from json import dumps
from pathlib import Path

from markupsafe import Markup

from slipway.models import Json
from slipway.smoke.report.page import TEMPLATES, templates

OWN = Path(__file__).parent / "templates"
HTML, JSON = "text/html; charset=utf-8", "application/json"


@dataclass(frozen=True, slots=True)
class Response:
    """An answer to a browser; with a `location` it is sent on to there."""

    status: int
    body: str
    kind: str = HTML
    location: str = ""


def page(name: str, content: Json, status: int = 200) -> Response:
    """Render a page's template; a letter that UTF-8 does not have becomes a question mark."""
    text = templates(OWN).get_template(f"site/{name}.html").render(style=_style(), **content)
    return Response(status, text.encode(errors="replace").decode())


def json(content: Json) -> Response:
    """Give the same as JSON."""
    return Response(200, dumps(content, indent=1), JSON)


def onwards(path: str) -> Response:
    """Send a browser on, so that loading again does not send its form again."""
    return Response(303, "", location=path)


def closed() -> Response:
    """Answer every link that opens nothing in the same words: nobody learns what is wrong with one."""
    return page("closed", {}, 403)


def missing() -> Response:
    """Say that there is no such page."""
    return page("missing", {}, 404)


def broken() -> Response:
    """Say that it is our fault."""
    return page("broken", {}, 500)


def written(response: Response) -> Json:
    """Write a response as a function URL wants it."""
    headers = _HEADERS | {"content-type": response.kind, "content-security-policy": _policy()}
    if response.location:
        headers["location"] = response.location
    return {"statusCode": response.status, "headers": headers, "body": response.body}


_HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",  # a page's address is a personal link
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@cache
def _style() -> Markup:
    styles = (TEMPLATES / "evidence" / "style.css", OWN / "site" / "style.css")
    return Markup("".join(style.read_text() for style in styles))  # noqa: S704 - our own files


@cache
def _policy() -> str:
    digest = b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
