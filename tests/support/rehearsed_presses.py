"""Presses of a card's button, as the Slack of a rehearsal sends them, and as others would."""

from __future__ import annotations

import hashlib
import hmac
import json
from urllib.parse import urlencode

import httpx

from tests.support.rehearsals import Result


def signed(secret: str, body: bytes, stamp: int) -> dict[str, str]:
    digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": str(stamp),
        "x-slack-signature": f"v0={digest}",
    }


def press(played: Result, headers: dict[str, str], body: bytes) -> httpx.Response:
    host = played.output("WebUrl").split("/")[2].replace("on.aws", f"localhost:{played.base}")
    address = f"http://127.0.0.1:{played.base}/slack"
    return httpx.post(address, content=body, headers={**headers, "host": host}, timeout=20)


def signing_secret(played: Result) -> str:
    content = played.client("secretsmanager").get_secret_value(SecretId=played.output("SlackSecret"))["SecretString"]
    return str(json.loads(content)["signing_secret"])


PRESS = urlencode(
    {
        "payload": json.dumps(
            {
                "type": "block_actions",
                "team": {"id": "T0LOCAL"},
                "user": {"id": "U0GRACE"},
                "actions": [{"action_id": "approve", "value": "digits-r3"}],
            }
        )
    }
).encode()
