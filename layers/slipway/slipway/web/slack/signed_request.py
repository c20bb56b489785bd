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
LONGEST = 20_000  # bytes of a text: more than Slack takes of any, and together less than SQS takes of a message


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    """Raise NotAuthentic unless a request is signed by Slack and no older than minutes.

    Header names are in lower case.
    """
    stamp = headers.get("x-slack-request-timestamp", "")
    given = headers.get("x-slack-signature", "").encode(errors="replace")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 16):
        raise NotAuthentic("The request has no timestamp.")
    if abs(now.timestamp() - int(stamp)) > WINDOW:
        raise NotAuthentic("The request is not of the last five minutes.")
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    if not secret or not hmac.compare_digest(f"v0={digest}".encode(), given):
        raise NotAuthentic("The signature is wrong.")


def parse(body: bytes, team: str = "") -> Click:
    """Return the click, or the submitted modal, in a verified request; NOTHING for anything else that Slack sends.

    The signature proves the app, but an app may be installed in several workspaces: of those only `team` counts, or of
    several organisations only the one with this id. Raises NotAuthentic.
    """
    try:
        payload = json.loads(parse_qs(body.decode())["payload"][0])
        if team and team not in _teams(payload):
            raise NotAuthentic("The request is of another workspace.")
        read = _READERS.get(payload["type"])
        return read(payload) if read else NOTHING
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise NotAuthentic("The request is none that Slack sends.") from error


def _teams(payload: Json) -> set[str]:
    """Return the ids of the person's workspace (T…) and organisation (E…).

    In a channel shared with another company, `team` is where the channel is and `user.team_id` where the person is. An
    app that is installed for a whole organisation gets no `team`, or a `user.team_id` that is the organisation's.
    Raises one of the errors that `parse` takes for a request that Slack does not send.
    """
    team, enterprise = payload.get("team") or {}, payload.get("enterprise") or {}
    own = payload["user"].get("team_id") or team["id"]
    workspaces = {own, team.get("id")} if own.startswith("E") else {own}
    return {_text(each) for each in (*workspaces, enterprise.get("id"), team.get("enterprise_id")) if each}


def _text(value: object) -> str:
    """Return a text that can be stored and sent; raises TypeError or ValueError for any other value."""
    if not isinstance(value, str):
        raise TypeError(f"A text was expected, not {type(value).__name__}.")
    if len(value.encode()) > LONGEST:
        raise ValueError(f"A text has at most {LONGEST} bytes, not {len(value.encode())}.")
    return value


def _button_click(payload: Json) -> Click:
    """Return the click on a button."""
    action = payload["actions"][0]
    return Click(
        user=_text(payload["user"]["id"]),
        action=_text(action["action_id"]),
        value=_text(action.get("value") or ""),
        response_url=_text(payload.get("response_url") or ""),
        trigger_id=_text(payload.get("trigger_id") or ""),
    )


def _modal_submission(payload: Json) -> Click:
    """Return a submitted modal as a click: it carries the value of the button that opened it."""
    view = payload["view"]
    remembered = json.loads(view["private_metadata"])
    return Click(
        user=_text(payload["user"]["id"]),
        action=_text(view["callback_id"]),
        value=_text(remembered["value"]),
        response_url=_text(remembered.get("response_url") or ""),
        reason=" ".join(_text(view["state"]["values"]["reason"]["text"]["value"] or "").split()),
    )


_READERS = {"block_actions": _button_click, "view_submission": _modal_submission}
