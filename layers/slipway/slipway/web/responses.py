"""Responses, with headers that let a page load nothing else and keep its address to itself."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markupsafe import Markup

from slipway.models import Json
from slipway.models.text import link_host, quotable
from slipway.smoke.report.page import TEMPLATES as EVIDENCE_TEMPLATES
from slipway.smoke.report.page import templates

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Response:
    """What a browser gets; a `location` redirects it."""

    status: int
    body: str
    content_type: str = "text/html; charset=utf-8"
    location: str = ""


def html(template: str, content: Json, status: int = 200) -> Response:
    """Return a page by a template; a character that UTF-8 does not have becomes a question mark."""
    text = (
        templates(TEMPLATES)
        .get_template(f"{template}.html")
        .render(style=_style(), quotable=quotable, link_host=link_host, **content)
    )
    return Response(status, text.encode(errors="replace").decode())


def json_response(content: Json, status: int = 200) -> Response:
    """Return a value as a JSON document."""
    return Response(status, json.dumps(content, indent=1), "application/json")


def redirect(path: str) -> Response:
    """Return a redirect (303 See Other), so that reloading does not send the form again."""
    return Response(303, "", location=path)


def forbidden() -> Response:
    """Return the refusal of a link, in the same bytes whatever is wrong with it."""
    return html("forbidden", {}, 403)


def not_found() -> Response:
    """Return the page that says that there is none, with status 404."""
    return html("not_found", {}, 404)


def server_error() -> Response:
    """Return the page that says that something went wrong, with status 500."""
    return html("server_error", {}, 500)


def to_lambda(response: Response) -> Json:
    """Return a response as a function URL's result."""
    headers = _HEADERS | {"content-type": response.content_type, "content-security-policy": _content_security_policy()}
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
    """Return the style sheet that all pages have inside."""
    styles = (EVIDENCE_TEMPLATES / "evidence" / "style.css", TEMPLATES / "style.css")
    return Markup("".join(style.read_text() for style in styles))  # noqa: S704 - our own files


@cache
def _content_security_policy() -> str:
    """Return the header that allows our own style sheet, and nothing from elsewhere."""
    digest = b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
