"""Lambda function URLs: requests as events."""

from __future__ import annotations

import base64

from slipway.models import Json


def body_of(event: Json) -> bytes:
    """Return the body of a request as it was sent; what cannot be decoded is empty."""
    body = event.get("body") or ""
    try:
        return base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()
    except ValueError:
        return b""


def headers_of(event: Json) -> dict[str, str]:
    """Return the headers of a request, by lower-case names."""
    return {name.lower(): value for name, value in (event.get("headers") or {}).items()}
