"""Lambda function URLs: requests as events."""

from __future__ import annotations

import base64

from slipway.models import Json


def body_of(event: Json) -> bytes:
    """Return the body of a request, as it was sent; empty if it cannot be decoded."""
    body = event.get("body") or ""
    try:
        return base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()
    except ValueError:
        return b""
