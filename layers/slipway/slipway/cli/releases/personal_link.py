"""The pages, asked by the personal link of a mail: whoever holds it needs no other proof."""

from __future__ import annotations

import json
from typing import Literal
from urllib.parse import parse_qs, urlsplit

import urllib3

from slipway.errors import AnswerRefused, NotAuthentic, Unreachable
from slipway.models import Json

type Purpose = Literal["review", "history"]

_TIMEOUT = 30.0  # seconds
_WHERE: dict[Purpose, str] = {
    "review": "a review: take the one in your newest mail",
    "history": "the history: take the one in a mail that tells how a release ended, or on the review page",
}


def split_link(link: str, purpose: Purpose) -> tuple[str, str]:
    """Return the address of the site and the token in a link to a page, or raise NotAuthentic."""
    parts = urlsplit(link.strip())
    token = parse_qs(parts.query).get("t", [""])[0]
    if parts.scheme not in ("http", "https") or purpose not in parts.path.split("/") or not token:
        raise NotAuthentic(f"This is no link to {_WHERE[purpose]}, …/{purpose}?t=….")
    return f"{parts.scheme}://{parts.netloc}", token


def ask(method: str, url: str, form: str = "") -> Json:
    """Send a request for JSON, and return the answer; raises Unreachable, or NotAuthentic for a bad link."""
    headers = {"accept": "application/json"}
    if form:
        headers["content-type"] = "application/x-www-form-urlencoded"
    try:
        answer = urllib3.request(
            method, url, body=form or None, headers=headers, redirect=False, retries=False, timeout=_TIMEOUT
        )
        content: Json = json.loads(answer.data) if answer.status in (200, 409) else {}
    except (urllib3.exceptions.HTTPError, ValueError) as error:
        raise Unreachable(
            f"{urlsplit(url).netloc} does not answer as Slipway does ({type(error).__name__})."
        ) from error
    if answer.status == 403:
        raise NotAuthentic("The link is not valid any more, or you are no approver: take the newest one in your mail.")
    if not content:
        raise Unreachable(f"{urlsplit(url).netloc} answered {answer.status}: try again, or open the link in a browser.")
    if content["refusal"]:
        raise AnswerRefused(content["refusal"])
    return content
