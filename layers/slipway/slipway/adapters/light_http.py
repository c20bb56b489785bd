"""A POST by the standard library alone: a cold press in Slack waits for each import, and urllib3 is a slow one."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

FAILURES = (OSError, HTTPException)  # what `post` raises where there is no answer
CONNECT_TIMEOUT = 1.0  # seconds


def post(url: str, body: bytes, headers: Mapping[str, str], timeout: float) -> tuple[int, bytes]:
    """Return status and body of the answer, which may take so many seconds; redirects are not followed."""
    place = urlsplit(url)
    connection = _connection(place.scheme, place.netloc)
    try:
        connection.connect()
        connection.sock.settimeout(timeout)
        path = place.path or "/"
        connection.request("POST", f"{path}?{place.query}" if place.query else path, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _connection(scheme: str, host: str) -> HTTPConnection:
    if scheme == "http":
        return HTTPConnection(host, timeout=CONNECT_TIMEOUT)
    return HTTPSConnection(host, timeout=CONNECT_TIMEOUT, context=_tls())


@cache
def _tls() -> ssl.SSLContext:
    """Read the authorities that the system trusts once: that takes longer than a handshake."""
    return ssl.create_default_context()
