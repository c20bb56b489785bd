"""Slack: the channel of the cards."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from http import HTTPStatus
from http.client import HTTPException
from typing import TYPE_CHECKING, Any

from slipway.errors import ChatFailed, ChatRejected, MessageGone
from slipway.models import Json

if TYPE_CHECKING:
    from slack_sdk import WebClient
    from slack_sdk.errors import SlackApiError

# All in seconds.
TIMEOUT = 10
MAX_WAIT = 5.0  # of a Retry-After that is waited for within a call
MAX_AGE = 300.0  # for which a warm function keeps who has an address
PAUSE = 30.0  # after a failure of Slack's, before it is called again
_MESSAGE_GONE = ("message_not_found", "cant_update_message", "thread_not_found")
_CHANNEL_CLOSED = ("channel_not_found", "is_archived", "not_in_channel")
# What no repetition changes. A token, an invitation or a channel is repaired by a person, while we go on trying.
_REJECTED = (
    "invalid_arguments",
    "invalid_blocks",
    "invalid_blocks_format",
    "markdown_text_conflict",
    "msg_blocks_too_long",
    "msg_too_long",
    "no_text",
    "too_many_attachments",
)


class ChannelClient:
    """A client of one channel, which the bot is a member of.

    After a call that Slack does not answer, further ones fail at once for a while: a function that has many messages to
    send would otherwise spend its time on timeouts.
    """

    def __init__(self, token: Callable[[], str], channel: str, api_url: str) -> None:
        """Take the token as a function: it is read for each call, because the secret may have been changed."""
        self._token, self._channel, self._api_url = token, channel, api_url
        self._paused_until = 0.0
        self._users: dict[str, tuple[float, str]] = {}

    def find_user(self, email: str) -> str:
        """Return the id of the workspace's user with an e-mail address, as of five minutes ago.

        Empty if there is none, if the app lacks the scope `users:read.email`, or if Slack fails: a release is told all
        the same.
        """
        asked_at, user = self._users.get(email, (float("-inf"), ""))
        if time.monotonic() > asked_at + MAX_AGE:
            user = self._find_user(email)
            self._users[email] = time.monotonic(), user
        return user

    def _find_user(self, email: str) -> str:
        """Ask Slack for the id of the user with an e-mail address; empty for a deactivated one."""
        try:
            user = self._call("users_lookupByEmail", email=email)["user"]
        except ChatFailed:
            return ""
        return "" if user.get("deleted") else str(user["id"])

    def post(self, text: str, blocks: list[Json], thread: str = "") -> tuple[str, str]:
        """Post a message, as a reply if a `thread` is named; returns the channel's id and the message's `ts`."""
        answer = self._call(
            "chat_postMessage", channel=self._channel, text=text, blocks=blocks, thread_ts=thread or None
        )
        return str(answer["channel"]), str(answer["ts"])

    def update(self, channel: str, ts: str, text: str, blocks: list[Json]) -> None:
        """Replace a message, or raise MessageGone if it was deleted, or lies in a channel that is closed to us."""
        self._call("chat_update", channel=channel, ts=ts, text=text, blocks=blocks)

    def _call(self, method: str, *, retry: bool = True, **arguments: Any) -> Any:
        """Call a method of Slack's Web API, once more if Slack asks to wait a moment; raises a ChatFailed."""
        from slack_sdk.errors import SlackApiError, SlackClientError

        if time.monotonic() < self._paused_until:
            raise ChatFailed(f"Slack did not take {method}: it is not called for a while, because it failed just now.")
        try:
            return getattr(self._client(idempotent=method == "chat_update"), method)(**arguments)
        except SlackApiError as error:
            wait = _retry_after(error)
            if retry and 0 <= wait <= MAX_WAIT:
                time.sleep(wait)
                return self._call(method, retry=False, **arguments)
            raise self._failure(method, arguments, error, wait) from error
        except (SlackClientError, OSError, HTTPException) as error:
            self._pause(PAUSE)
            raise ChatFailed(f"Slack did not take {method}: {type(error).__name__}") from error

    def _failure(self, method: str, arguments: Json, error: SlackApiError, wait: float) -> ChatFailed:
        """Return the error for an answer of Slack: message gone, rejected for good, or worth a retry."""
        code = _error_code(error)
        moved = code in _CHANNEL_CLOSED and method == "chat_update" and arguments["channel"] != self._channel
        if code in _MESSAGE_GONE or moved:
            return MessageGone(f"Slack did not take {method}: {code}")
        if wait >= 0 or error.response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self._pause(max(wait, PAUSE))
        kind = ChatRejected if code in _REJECTED else ChatFailed
        return kind(f"Slack did not take {method}: {code}")

    def _pause(self, seconds: float) -> None:
        """Make all calls of the next seconds fail at once."""
        self._paused_until = time.monotonic() + seconds

    def _client(self, *, idempotent: bool) -> WebClient:
        """Return a client with today's token; only an `idempotent` call is repeated when its connection breaks."""
        from slack_sdk import WebClient
        from slack_sdk.http_retry.builtin_handlers import ConnectionErrorRetryHandler

        retries = [ConnectionErrorRetryHandler(max_retry_count=1)] if idempotent else []
        return WebClient(self._token(), base_url=self._api_url, timeout=TIMEOUT, retry_handlers=list(retries))


def _error_code(error: SlackApiError) -> str:
    """Return Slack's error code, or what stands for it where a proxy answered without one."""
    code = str(error.response.get("error", ""))
    return code if re.fullmatch(r"[a-z_]+", code) else f"HTTP {error.response.status_code}"


def _retry_after(error: SlackApiError) -> float:
    """Return how many seconds Slack asks us to wait, negative if it does not."""
    if error.response.status_code != HTTPStatus.TOO_MANY_REQUESTS:
        return -1
    headers = {name.lower(): value for name, value in error.response.headers.items()}
    seconds = str(headers.get("retry-after", ""))
    return float(seconds) if seconds.isdigit() else PAUSE
