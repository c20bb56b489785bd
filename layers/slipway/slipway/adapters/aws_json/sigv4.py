"""AWS's Signature Version 4 of a request whose path is `/` and that has no query, without importing botocore.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html has it; a test compares it
with botocore's.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request is signed with; `token` is empty for keys that are not temporary."""

    key: str
    secret: str
    token: str = ""


def sign(
    headers: Mapping[str, str], body: bytes, credentials: Credentials, region: str, service: str, now: datetime
) -> dict[str, str]:
    """Return the headers of a POST with its signature; `headers` has the host, and every one of them is signed."""
    stamp = f"{now:%Y%m%dT%H%M%SZ}"
    sent = {name.lower(): value for name, value in headers.items()} | {"x-amz-date": stamp}
    if credentials.token:
        sent["x-amz-security-token"] = credentials.token
    names = ";".join(sorted(sent))
    lines = "".join(f"{name}:{sent[name]}\n" for name in sorted(sent))
    request = f"POST\n/\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{stamp[:8]}/{region}/{service}/aws4_request"
    text = f"{_ALGORITHM}\n{stamp}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    key = f"AWS4{credentials.secret}".encode()
    for word in scope.split("/"):
        key = hmac.digest(key, word.encode(), "sha256")
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    proof = f"{_ALGORITHM} Credential={credentials.key}/{scope}, SignedHeaders={names}, Signature={signature}"
    return sent | {"authorization": proof}
