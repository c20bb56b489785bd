"""Requests as Slack sends them to the function's URL."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from urllib.parse import urlencode

from slipway.models import Json


def signed_request(
    request: Json, content: Json, secret: str, age: float = 0, change: Callable[[bytes], bytes] = lambda body: body
) -> Json:
    """Sign an interaction as a request so many seconds ago; `change` is done to the body after that."""
    stamp, body = str(int(time.time() - age)), urlencode({"payload": json.dumps(content)}).encode()
    digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    headers = {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}
    return {**request, "headers": request["headers"] | headers, "body": base64.b64encode(change(body)).decode()}
