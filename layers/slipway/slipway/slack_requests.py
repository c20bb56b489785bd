"""Requests from Slack: proven first, read second."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qs

from slipway.errors import NotAuthentic
from slipway.models import Click

NOTHING = Click(user="", action="", release="")
WINDOW = 300  # seconds; docs.slack.dev, "Verifying requests from Slack"


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    """Check the signature over the raw bytes and the time of a request; header names are in lower case."""
    stamp = headers.get("x-slack-request-timestamp", "")
    given = headers.get("x-slack-signature", "").encode()
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 16):
        raise NotAuthentic("The request has no timestamp.")
    if abs(now.timestamp() - int(stamp)) > WINDOW:
        raise NotAuthentic("The request is not of the last five minutes.")
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    if not secret or not hmac.compare_digest(f"v0={digest}".encode(), given):
        raise NotAuthentic("The signature is wrong.")


def click_of(body: bytes) -> Click:
    """Read a press of a button from a verified request; anything else that Slack sends is a press of nothing."""
    try:
        payload = json.loads(parse_qs(body.decode())["payload"][0])
        if payload["type"] != "block_actions":
            return NOTHING
        action = payload["actions"][0]
        return Click(
            user=payload["user"]["id"],
            action=action["action_id"],
            release=action.get("value", ""),
            response_url=payload.get("response_url", ""),
        )
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise NotAuthentic("The request is none that Slack sends.") from error
