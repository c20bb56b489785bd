"""Slack: the channel that the cards are in, and the word to the person who pressed a button."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import urllib3

from slipway.errors import ChatFailed
from slipway.models import Json

if TYPE_CHECKING:
    from slack_sdk import WebClient

TIMEOUT = 10  # seconds
OPEN_TIMEOUT = 2.0  # seconds; a modal can be opened for three
TELL_TIMEOUT = 5.0  # seconds


class Channel:
    """A channel that the bot is a member of."""

    def __init__(self, token: Callable[[], str], channel: str, api_url: str) -> None:
        """Take the token as a function: a warm one must notice that the secret was changed."""
        self._token, self._channel, self._api_url = token, channel, api_url

    def post(self, text: str, blocks: list[Json], thread: str = "") -> tuple[str, str]:
        """Post a message, into a thread if one is named; gives the channel's id and the message's `ts`."""
        answer = self._call(
            "chat_postMessage", channel=self._channel, text=text, blocks=blocks, thread_ts=thread or None
        )
        return str(answer["channel"]), str(answer["ts"])

    def update(self, channel: str, ts: str, text: str, blocks: list[Json]) -> None:
        """Replace a message."""
        self._call("chat_update", channel=channel, ts=ts, text=text, blocks=blocks)

    def _call(self, method: str, **arguments: Any) -> Any:
        from slack_sdk.errors import SlackClientError

        try:
            return getattr(self._client(), method)(**arguments)
        except (SlackClientError, OSError) as error:
            raise ChatFailed(f"Slack did not take {method}: {error}") from error

    def _client(self) -> WebClient:
        from slack_sdk import WebClient
        from slack_sdk.http_retry.builtin_handlers import (
            ConnectionErrorRetryHandler,
            RateLimitErrorRetryHandler,
        )

        retries = [
            ConnectionErrorRetryHandler(max_retry_count=1),
            RateLimitErrorRetryHandler(max_retry_count=1),
        ]
        return WebClient(self._token(), base_url=self._api_url, timeout=TIMEOUT, retry_handlers=retries)


def open_modal(api_url: str, token: str, trigger_id: str, view: Json) -> None:
    """Open a modal for the person who pressed a button: without slack_sdk, because they wait for it."""
    said = {"trigger_id": trigger_id, "view": view}
    headers = {"Authorization": f"Bearer {token}"}
    address = f"{api_url}views.open"
    try:
        answer = urllib3.request("POST", address, json=said, headers=headers, timeout=OPEN_TIMEOUT, retries=False)
        outcome = answer.json()
    except (urllib3.exceptions.HTTPError, ValueError) as error:
        raise ChatFailed(f"Slack's views.open did not answer: {type(error).__name__}") from error
    if not outcome.get("ok"):
        raise ChatFailed(f"Slack did not take views.open: {outcome.get('error')}")


def tell(response_url: str, text: str) -> None:
    """Say something to the person who pressed a button, and to nobody else."""
    said = {"response_type": "ephemeral", "replace_original": False, "text": text}
    try:
        answer = urllib3.request("POST", response_url, json=said, timeout=TELL_TIMEOUT, retries=False)
    except urllib3.exceptions.HTTPError as error:
        raise ChatFailed(f"Slack's response_url did not answer: {type(error).__name__}") from error
    if answer.status != HTTPStatus.OK:
        raise ChatFailed(f"Slack's response_url answered {answer.status}.")
