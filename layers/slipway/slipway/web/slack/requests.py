"""Requests from Slack: proven first, read second."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qs

from slipway.errors import NotAuthentic
from slipway.models import Click, Json

NOTHING = Click(user="", action="")
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


def parse(body: bytes, team: str = "") -> Click:
    """Read what a person did from a verified request; anything else that Slack sends is nothing.

    The signature proves the app, but an app may be installed in several workspaces: of those only `team` counts.
    """
    try:
        payload = json.loads(parse_qs(body.decode())["payload"][0])
        if team and payload["team"]["id"] != team:
            raise NotAuthentic("The request is of another workspace.")
        read = _READERS.get(payload["type"])
        return read(payload) if read else NOTHING
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise NotAuthentic("The request is none that Slack sends.") from error


def _pressed(payload: Json) -> Click:
    action = payload["actions"][0]
    return Click(
        user=payload["user"]["id"],
        action=action["action_id"],
        value=action.get("value", ""),
        response_url=payload.get("response_url", ""),
        trigger_id=payload.get("trigger_id", ""),
    )


def _submitted(payload: Json) -> Click:
    """Read a modal: it remembers the button's value, and where the person can be told something."""
    view = payload["view"]
    remembered = json.loads(view["private_metadata"])
    return Click(
        user=payload["user"]["id"],
        action=view["callback_id"],
        value=remembered["value"],
        response_url=remembered.get("response_url", ""),
        reason=" ".join((view["state"]["values"]["reason"]["text"]["value"] or "").split()),
    )


_READERS = {"block_actions": _pressed, "view_submission": _submitted}
