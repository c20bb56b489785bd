"""Slack: what is shown to a single person who clicked, without slack_sdk, whose import takes too long for them."""

from __future__ import annotations

import json
from http import HTTPStatus
from urllib.parse import urlsplit

from slipway.adapters.light_http import FAILURES, post
from slipway.errors import ChatFailed
from slipway.models import Json

OPEN_VIEW_TIMEOUT = 2.0  # seconds; Slack takes a trigger for three
RESPOND_TIMEOUT = 5.0  # seconds
_JSON = {"Content-Type": "application/json"}
_SLACK = ("slack.com", "slack-gov.com")  # their response URLs have a host of their own


def open_view(api_url: str, token: str, trigger_id: str, view: Json) -> None:
    """Open a modal for the person whose click has this trigger id, or raise ChatFailed."""
    body, headers = {"trigger_id": trigger_id, "view": view}, _JSON | {"Authorization": f"Bearer {token}"}
    try:
        _, answer = post(f"{api_url}views.open", json.dumps(body).encode(), headers, OPEN_VIEW_TIMEOUT)
        outcome = json.loads(answer)
    except (*FAILURES, ValueError) as error:
        raise ChatFailed(f"Slack's views.open did not answer: {type(error).__name__}") from error
    if not isinstance(outcome, dict) or not outcome.get("ok"):
        raise ChatFailed(f"Slack did not take views.open: {str(outcome)[:200]}")


class Responder:
    """Shows a text to the person who clicked, and to nobody else, at the `response_url` of their click."""

    def __init__(self, api_url: str) -> None:
        """Take the URL of the Web API: a response URL that does not belong to it is not called."""
        api = urlsplit(api_url)
        host = f"hooks.{api.netloc}" if api.netloc in _SLACK else api.netloc
        self._origin = f"{api.scheme}://{host}/"

    def __call__(self, response_url: str, text: str) -> None:
        """Show a text to the person whose click has this response URL, or raise ChatFailed."""
        # Compared before it is parsed: everything that reads this address finds the same host in it.
        if not response_url.startswith(self._origin):
            raise ChatFailed(f"A response_url that does not begin with {self._origin} was not called.")
        body = {"response_type": "ephemeral", "replace_original": False, "text": text}
        try:
            status, _ = post(response_url, json.dumps(body).encode(), _JSON, RESPOND_TIMEOUT)
        except FAILURES as error:
            raise ChatFailed(f"Slack's response_url did not answer: {type(error).__name__}") from error
        if status != HTTPStatus.OK:
            raise ChatFailed(f"Slack's response_url answered {status}.")
