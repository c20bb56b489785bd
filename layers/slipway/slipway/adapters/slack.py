"""Slack: the channel that the cards are in, and the word to the person who pressed a button."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from http import HTTPStatus
from http.client import HTTPException
from typing import TYPE_CHECKING, Any

import urllib3

from slipway.errors import ChatFailed, MessageGone
from slipway.models import Json

if TYPE_CHECKING:
    from slack_sdk import WebClient
    from slack_sdk.errors import SlackApiError

TIMEOUT = 10  # seconds
OPEN_TIMEOUT = 2.0  # seconds; a modal can be opened for three
TELL_TIMEOUT = 5.0  # seconds
PATIENCE = 5.0  # seconds that Slack may ask for, and gets at once
REST = 30.0  # seconds in which a Slack that is down is not asked again
_GONE = ("message_not_found", "cant_update_message", "thread_not_found")
_CLOSED = ("channel_not_found", "is_archived", "not_in_channel")


class Channel:
    """A channel that the bot is a member of.

    One call that Slack does not answer is enough: those that follow fail at once for a while, so that a function that
    has many things to say does not spend its time on waiting.
    """

    def __init__(self, token: Callable[[], str], channel: str, api_url: str) -> None:
        """Take the token as a function: a warm one must notice that the secret was changed."""
        self._token, self._channel, self._api_url = token, channel, api_url
        self._rests_until = 0.0

    def post(self, text: str, blocks: list[Json], thread: str = "") -> tuple[str, str]:
        """Post a message, into a thread if one is named; gives the channel's id and the message's `ts`."""
        answer = self._call(
            "chat_postMessage", channel=self._channel, text=text, blocks=blocks, thread_ts=thread or None
        )
        return str(answer["channel"]), str(answer["ts"])

    def update(self, channel: str, ts: str, text: str, blocks: list[Json]) -> None:
        """Replace a message, or raise MessageGone if it was deleted, or left behind in another channel."""
        self._call("chat_update", channel=channel, ts=ts, text=text, blocks=blocks)

    def _call(self, method: str, *, patient: bool = True, **arguments: Any) -> Any:
        from slack_sdk.errors import SlackApiError, SlackClientError

        if time.monotonic() < self._rests_until:
            raise ChatFailed(f"Slack did not take {method}: it has a rest, because it did not answer just now.")
        try:
            return getattr(self._client(again=method == "chat_update"), method)(**arguments)
        except SlackApiError as error:
            wait = _wish(error)
            if patient and 0 <= wait <= PATIENCE:
                time.sleep(wait)
                return self._call(method, patient=False, **arguments)
            raise self._refused(method, arguments, error, wait) from error
        except (SlackClientError, OSError, HTTPException) as error:
            self._rest(REST)
            raise ChatFailed(f"Slack did not take {method}: {type(error).__name__}") from error

    def _refused(self, method: str, arguments: Json, error: SlackApiError, wait: float) -> ChatFailed:
        """Tell a message that is not there from a Slack that is not well, and from what a person has to repair."""
        code = _code(error)
        moved = code in _CLOSED and method == "chat_update" and arguments["channel"] != self._channel
        if code in _GONE or moved:
            return MessageGone(f"Slack did not take {method}: {code}")
        if wait >= 0 or error.response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self._rest(max(wait, REST))
        return ChatFailed(f"Slack did not take {method}: {code}")

    def _rest(self, seconds: float) -> None:
        self._rests_until = time.monotonic() + seconds

    def _client(self, *, again: bool) -> WebClient:
        """Make a client; what was posted and not confirmed must not be posted `again`."""
        from slack_sdk import WebClient
        from slack_sdk.http_retry.builtin_handlers import ConnectionErrorRetryHandler

        retries = [ConnectionErrorRetryHandler(max_retry_count=1)] if again else []
        return WebClient(self._token(), base_url=self._api_url, timeout=TIMEOUT, retry_handlers=list(retries))


def _code(error: SlackApiError) -> str:
    """Give Slack's word for what is wrong; what stands between us and Slack answers without one."""
    said = str(error.response.get("error", ""))
    return said if re.fullmatch(r"[a-z_]+", said) else f"HTTP {error.response.status_code}"


def _wish(error: SlackApiError) -> float:
    """Give how many seconds Slack asks us to wait, negative if it does not."""
    if error.response.status_code != HTTPStatus.TOO_MANY_REQUESTS:
        return -1
    told = {name.lower(): value for name, value in error.response.headers.items()}.get("retry-after", "")
    return float(told) if str(told).isdigit() else REST


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
