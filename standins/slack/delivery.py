"""Sends signed requests to the app's request URL, as Slack does, and gives up as soon as Slack does."""

import asyncio
import json
import time
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import httpx
from slack_sdk.signature import SignatureVerifier

from standins.slack.wire import Json

TROUBLE = {
    "no_request_url": "This app has no request URL yet. The local AWS sets it once the stack is deployed.",
    "operation_timed_out": "Operation timed out. Apps need to respond within 3 seconds.",
    "connection_failed": "This didn't work. The app's request URL could not be reached.",
    "bad_status": "This didn't work. The app responded with status {status}.",
    "bad_answer": "We had some trouble connecting. The app's answer to the form makes no sense.",
}

KIND = {
    "Content-Type": "application/x-www-form-urlencoded",
    "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the status and body, or an error (a key of TROUBLE)."""

    status: int | None = None
    body: bytes = b""
    error: str | None = None
    seconds: float = 0.0

    @property
    def trouble(self) -> str:
        """What Slack tells the user, "" when all went well."""
        return TROUBLE[self.error].format(status=self.status) if self.error else ""

    def outcome(self) -> Json:
        """Return what the one who pressed is told."""
        return {
            "ok": self.error is None,
            "status": self.status,
            "error": self.error,
            "message": self.trouble,
            "seconds": self.seconds,
        }


def signed(body: bytes, secret: str, timestamp: int) -> dict[str, str]:
    """Return the headers that prove a request to be Slack's, sent at this second."""
    signature = SignatureVerifier(secret).generate_signature(timestamp=str(timestamp), body=body)
    return {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": str(signature)}


def reachable(url: str) -> tuple[str, dict[str, str]]:
    """Return the address to connect to, and the Host header that keeps the name.

    Browsers know that every name below localhost is this machine; Python's resolver may not.
    """
    parts = urlsplit(url)
    if not (parts.hostname or "").endswith(".localhost"):
        return url, {}
    port = f":{parts.port}" if parts.port else ""
    return parts._replace(netloc=f"127.0.0.1{port}").geturl(), {"Host": parts.netloc}


async def deliver(url: str, payload: Json, secret: str, limit: float) -> Reply:
    """Send an interaction and return the app's reply, waiting at most `limit` seconds for all of it."""
    if not url:
        return Reply(error="no_request_url")
    started = time.monotonic()
    try:
        async with asyncio.timeout(limit):
            response = await _post(url, payload, secret, limit)
        status, body, error = response.status_code, response.content, None if response.is_success else "bad_status"
    except (TimeoutError, httpx.TimeoutException):
        status, body, error = None, b"", "operation_timed_out"
    except httpx.HTTPError:
        status, body, error = None, b"", "connection_failed"
    return Reply(status, body, error, round(time.monotonic() - started, 3))


async def _post(url: str, payload: Json, secret: str, limit: float) -> httpx.Response:
    address, host = reachable(url)
    body = urlencode({"payload": json.dumps(payload)}).encode()
    headers = KIND | host | signed(body, secret, int(time.time()))
    # A proxy of this machine is not on the way between Slack and the app.
    async with httpx.AsyncClient(trust_env=False, timeout=limit) as client:
        return await client.post(address, content=body, headers=headers)
